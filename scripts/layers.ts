/** Fails where an import goes up the house or round in a circle. The rooms and their order are DESIGN's. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** From the ground up: a room may use those before it. */
const rooms = [
  ['base'],
  ['protocol', 'host'],
  ['client'],
  ['remote'],
  ['runit', 'qemu'],
  ['boot'],
  ['image'],
  ['machine'],
  ['snapshot'],
  ['cartridge'],
  ['access'],
  ['engine'],
  ['daemon'],
  ['cli'],
];
/** Rooms that may use these alone: a browser has the client too. */
const alone: Record<string, string[]> = { client: ['base', 'protocol'], testing: ['base', 'protocol'] };

const source = join(import.meta.dirname, '../src');
/** The page comes to the house by one file, and sees what a browser may. */
const page = join(import.meta.dirname, '../web/src');
const door = 'engine.ts';
const pageMayUse = ['client', 'base', 'protocol'];
const files = globSync('**/*.ts', { cwd: source }).filter((file) => !file.endsWith('.test.ts'));
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const floor = (room: string) => rooms.findIndex((names) => names.includes(room));
const roomOf = (file: string) => file.split('/')[0] as string;
const faults: string[] = [];

for (const [file, targets] of imports) {
  for (const target of targets) {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from === to || !file.includes('/')) continue;
    const allowed = alone[from]?.includes(to) ?? (floor(to) >= 0 && floor(to) < floor(from));
    if (!allowed) faults.push(`${file} imports ${target}: ${from} may not use ${to}`);
  }
}
for (const file of globSync('**/*.{ts,tsx}', { cwd: page })) {
  for (const target of importsOf(join(page, file)).filter((it) => !it.startsWith('..'))) {
    if (file === door && pageMayUse.includes(roomOf(target))) continue;
    faults.push(
      `web/src/${file} imports ${target}: the page has one door, ${door}, to ${pageMayUse.join(', ')}`,
    );
  }
}
for (const circle of circles()) faults.push(`a circle: ${circle.join(' -> ')}`);

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`layers: ${files.length} files, no import goes up or round`);

/** The files that a file imports, statically or not; types count for layers. */
function importsOf(file: string): string[] {
  const path = resolve(source, file);
  const found = readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(source, join(dirname(path), match[1] as string)));
}

function circles(): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (file: string, path: string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}
