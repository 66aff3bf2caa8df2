import { expect, test } from 'vitest';
import { cpuTime } from '../../../../test/support/cpu-time.ts';
import { attribute, child, children, readXml } from './xml.ts';

const document = readXml(`<?xml version='1.0'?>
<!-- a <b/> -->
<domain type='kvm' id="1">
  <name> käfer &lt;&#65;&gt; </name>
  <devices>
    <disk device='disk'/>
    <disk
       device='cdrom'/>
  </devices>
  <empty/>
</domain>`);

test('elements have attributes, text, children, and the line where they begin', () => {
  expect(document).toMatchObject({ name: 'domain', line: 3, what: "<domain type='kvm' id='1'>", text: '' });
  expect(child(document, 'name')).toMatchObject({ text: 'käfer <A>', line: 4, what: '<name>käfer <A>' });
  const devices = child(document, 'devices');
  expect(children(devices, 'disk').map((disk) => [attribute(disk, 'device'), disk.line])).toEqual([
    ['disk', 6],
    ['cdrom', 7],
  ]);
  expect(child(document, 'devices', 'disk')).toBe(children(devices, 'disk')[0]);
});

test('what is not there is undefined, or empty', () => {
  expect(child(document, 'none', 'such')).toBeUndefined();
  expect(children(undefined, 'x')).toEqual([]);
  expect(attribute(undefined, 'x')).toBe('');
  expect(attribute(document, 'x')).toBe('');
  expect(attribute(document, 'constructor')).toBe('');
});

test('a password of a screen is not quoted', () => {
  const graphics = readXml("<graphics type='vnc' passwd='secret'/>");
  expect(graphics.what).toBe("<graphics type='vnc'>");
});

const bombs = {
  'a billion laughs': `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${'&a;'.repeat(10)}">`).join('')}]><x>&a8;</x>`,
  'a file of the host': '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
  'a parameter entity': '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/x"> %a;]><x>&b;</x>',
};

test.each(Object.entries(bombs))('%s is asked for in vain', (_, text) => {
  const read = () => expect(() => readXml(text)).toThrow(/Named entity isn't defined/);
  expect(cpuTime(read)).toBeLessThan(1000);
});

test.each([
  ['nothing', ''],
  ['no XML', 'guest_os="linux"'],
  ['no end', '<a><b></b>'],
  ['two roots', '<a/><b/>'],
  ['a NUL', '<a>\0</a>'],
])('%s is refused', (_, text) => expect(() => readXml(text)).toThrow());

test('nesting without end is refused', () =>
  expect(() => readXml('<a>'.repeat(300_000))).toThrow(RangeError));

test('a hundred thousand elements are read in time', () => {
  const text = `<a>${'<b/>\n'.repeat(100_000)}</a>`;
  const read = () => expect(readXml(text).children.at(-1)?.line).toBe(100_000);
  expect(cpuTime(read)).toBeLessThan(5000);
});
