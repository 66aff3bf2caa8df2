import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../../test/support/cpu-time.ts';
import { grubMenu } from './grub.ts';
import type { LoaderFiles } from './menu.ts';

/** The files of an ISO by their paths; a directory is there where something is in it. */
const filesOf = (texts: Record<string, string>): LoaderFiles => ({
  text: (path) => texts[path],
  hasFile: (path) => path in texts,
  hasDirectory: (path) => Object.keys(texts).some((it) => it.startsWith(`${path}/`)),
});

const menuOf = (grub: string, more: Record<string, string> = {}, platform: 'efi' | 'pc' = 'efi') =>
  grubMenu(filesOf({ ...more, '/boot/grub/grub.cfg': grub }), '/boot/grub/grub.cfg', {
    label: 'CD',
    platform,
  });

/** The command lines of the entries. */
const appends = (grub: string, more: Record<string, string> = {}, platform: 'efi' | 'pc' = 'efi') =>
  menuOf(grub, more, platform).entries.map(({ append }) => append);

const entry = (append: string, title = 'x') => `menuentry '${title}' {\n linux /k ${append}\n initrd /i\n}\n`;

describe('an entry', () => {
  test('names a kernel, its command line and the parts of its initrd', () => {
    const { entries } = menuOf(`
      menuentry "Live system" --class os --hotkey=l --id=live {
        set gfxpayload=keep
        linux ($root)/live/vmlinuz boot=live ro
        initrd (cd0)/live/ucode.img /live/initrd.img
      }`);
    expect(entries).toEqual([
      {
        title: 'Live system',
        kernel: '/live/vmlinuz',
        initrds: ['/live/ucode.img', '/live/initrd.img'],
        append: 'boot=live ro',
        default: true,
      },
    ]);
  });

  test('that boots no Linux is none', () => {
    expect(appends('menuentry a { chainloader /x.efi }\nmenuentry b { halt }\nmenuentry c {\n}')).toEqual([]);
  });

  test('has the words as GRUB reads them', () => {
    const script = String.raw`
      menuentry x { # of a "comment
        linux /k a='b  c' d\;e "f g" h\
i "\$x" j"k"'l' # tail
      }`;
    expect(appends(script)).toEqual([`"a=b  c" d;e "f g" hi $x jkl`]);
  });

  test('is run with what variables are in the end', () => {
    expect(appends(`${entry('a=$a b=$b c="$c d" $none "$none"')}a=1\nset b="2 3"\nset c="4  5"`)).toEqual([
      'a=1 b=2 3 "c=4  5 d" ',
    ]);
  });

  test('may be one line', () => {
    expect(appends('menuentry x { linux /k a; initrd /i; }')).toEqual(['a']);
  });
});

describe('a script', () => {
  test('is run by its conditions', () => {
    const script = `
      if [ "\${grub_platform}" == 'efi' -a -f '/there' -a ! -e /missing ]; then
        ${entry('one')}
      elif true; then
        ${entry('two')}
      fi
      if [ x$feature_default_font_path = xy ] ; then a=font; else a=none; fi
      if test -d /dir -o 1 -gt 2; then b=dir; fi
      if [ $unset ]; then c=set; else c=unset; fi
      if loadfont \${prefix}/font; then
        if ! false; then d=\${prefix}; fi
      fi
      ${entry('$a $b $c $d')}`;
    const more = { '/there': '', '/dir/x': '' };
    expect(appends(script, more)).toEqual(['one', 'font dir unset (cd0)/boot/grub']);
    expect(appends(script, more, 'pc')).toEqual(['two', 'font dir unset (cd0)/boot/grub']);
  });

  test('goes on in other files, each once more where it is asked for', () => {
    const more = {
      '/boot/grub/config.cfg': 'set a=1\nsource $prefix/more.cfg',
      '/boot/grub/more.cfg': entry('$a'),
      '/menu.cfg': entry('of a menu'),
    };
    expect(appends('source /boot/grub/config.cfg\nsource /none\nconfigfile (cd0)/menu.cfg', more)).toEqual([
      '1',
      'of a menu',
    ]);
  });

  test('has functions with arguments, and loops', () => {
    const script = `
      function add {
        menuentry "$1" { linux /k \${2} $only
          initrd /i }
        set last="$1"
      }
      for name in a b "c d"; do
        add "$name" word=$name
      done
      set n=1
      while [ $n -lt 4 ]; do n=\${n}0; done
      ${entry('$last $n $1')}`;
    expect(menuOf(script).entries.map(({ title }) => title)).toEqual(['a', 'b', 'c d', 'x']);
    expect(appends(script).at(-1)).toBe('c d 10');
  });

  test('asks for the name of the medium', () => {
    expect(
      appends(`probe --label --set=cd (loop)\nprobe -s other --label (loop)\n${entry('$cd $other')}`),
    ).toEqual(['CD CD']);
  });

  test('that is broken gives what can be read of it', () => {
    expect(appends(`}} fi ; done\n${entry('a')}if true; then\n${entry('b')}menuentry "c {`)).toEqual([
      'a',
      'b',
    ]);
    expect(appends("menuentry x {\nlinux /k 'a b\n")).toEqual(['"a b\n"']);
  });

  test.each([
    ['a loop', 'while true; do set a=1; done'],
    ['an empty loop', 'while true; do done'],
    ['a value that grows', 'set a=x\nwhile true; do set a="$a$a"; done'],
    ['a file that reads itself', 'source /boot/grub/grub.cfg\nsource /boot/grub/grub.cfg'],
    ['a function that calls itself', 'function f { f; f; }\nf'],
    [
      'a menu in itself',
      'submenu x { configfile /boot/grub/grub.cfg }\nsubmenu y { configfile /boot/grub/grub.cfg }',
    ],
    ['blocks in blocks', 'if true; then '.repeat(5000)],
    ['many entries', `for a in ${'x '.repeat(2000)}; do ${entry('y')}; done`],
  ])('comes to an end with %s', (_, script) => {
    const read = () => expect(menuOf(`${entry('first')}${script}`).entries.length).toBeLessThanOrEqual(500);
    expect(cpuTime(read)).toBeLessThan(5000);
  });
});

describe('the default', () => {
  const defaults = (script: string) =>
    menuOf(script)
      .entries.filter((it) => it.default)
      .map(({ append }) => append);
  const three = `${entry('a', 'A')}menuentry B --id bee { linux /k b; initrd /i; }
    submenu More --id more { ${entry('c', 'C')}${entry('d', 'D')} }`;

  test('is the first where nothing is said, or nothing that there is', () => {
    expect(defaults(three)).toEqual(['a']);
    expect(defaults(`set default="\${saved_entry}"\n${three}`)).toEqual(['a']);
    expect(defaults(`set default=nonsense\n${three}`)).toEqual(['a']);
  });

  test('is named by its number, its title or its id, in a submenu behind that', () => {
    expect(defaults(`set default=1\n${three}`)).toEqual(['b']);
    expect(defaults(`default=B\n${three}`)).toEqual(['b']);
    expect(defaults(`default=bee\n${three}`)).toEqual(['b']);
    expect(defaults(`default="more>1"\n${three}`)).toEqual(['d']);
    expect(defaults(`default="2"\n${three}`)).toEqual(['c']);
  });
});

test('the time that GRUB waits is known, but for one that is endless', () => {
  expect(menuOf('set timeout=30').timeout).toBe(30);
  expect(menuOf('timeout=0').timeout).toBe(0);
  expect(menuOf('set timeout=-1').timeout).toBeUndefined();
  expect(menuOf('').timeout).toBeUndefined();
});
