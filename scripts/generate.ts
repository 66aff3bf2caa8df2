/** Writes the files that are made from the tables; with --check fails where one is out of date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as z from 'zod/mini';
import { errorTable } from '../src/base/error-table.ts';
import { commands, groups } from '../src/cli/commands.ts';
import { flagLines, summaryOf, usageOf } from '../src/cli/help-text.ts';
import { cartridgeSpec } from '../src/protocol/cartridge-spec.ts';
import { machineSpec } from '../src/protocol/machine-spec.ts';
import { recipeSpec } from '../src/protocol/recipe-spec.ts';
import { jsonSchema, specKeys } from '../src/protocol/spec-keys.ts';
import { luantiTemplate } from './luanti-texts.ts';
import { openApi } from './openapi.ts';

const root = join(import.meta.dirname, '..');
const note = 'made by `npm run generate`';

const files: Record<string, string> = {
  'share/machine.schema.json': `${JSON.stringify({ title: 'machine.yaml of Vivarium', ...jsonSchema(machineSpec) }, null, 2)}\n`,
  'docs/commands.md': commandsPage(),
  'docs/machine.yaml.md': specPage(
    machineSpec,
    `# machine.yaml

<!-- ${note} -->

What a machine is. Every key but \`version\` may be left out. Files and paths are relative to the machine's
directory. A change counts from the next start. Editors that know YAML schemas find this one by the first line of the
file (\`share/machine.schema.json\`).`,
  ),
  'docs/recipe.yaml.md': specPage(
    recipeSpec,
    `# recipe.yaml

<!-- ${note} -->

What an image is made of ([how images are built](images.md)). Every key but \`base\` may be left out, and the file may
have any name: \`vm image build web.yaml\`.`,
  ),
  'share/cartridge.schema.json': `${JSON.stringify({ title: 'cartridge.yaml of Vivarium', ...jsonSchema(cartridgeSpec) }, null, 2)}\n`,
  'docs/cartridge.yaml.md': specPage(
    cartridgeSpec,
    `# cartridge.yaml

<!-- ${note} -->

What a project builds, and how that is tried ([cartridges](cartridges.md)). Every key but \`version\` and one of
\`builder\` may be left out. Paths are relative to the project. Editors that know YAML schemas can be told of
\`share/cartridge.schema.json\`.`,
  ),
  'share/openapi.json': `${JSON.stringify(openApi(), null, 1)}\n`,
  'docs/errors.md': errorsPage(),
  'docs/man/vm.1': manPage(),
  'luanti/vivarium/locale/template.txt': luantiTemplate(note),
};

const stale = Object.entries(files).filter(([file, text]) => {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return true;
});
for (const [file] of stale) console.log(`generate: ${file}`);
if (process.argv.includes('--check') && stale.length > 0) {
  console.error('These are out of date: npm run generate');
  process.exit(1);
}

function commandsPage(): string {
  const sections = Object.entries(groups).map(([title, group]) => {
    const entries = Object.entries(group).map(
      ([name, entry]) =>
        `### vm ${name}\n\n${summaryOf(entry)}.\n\n\`\`\`\n${usageOf(name, entry)}\n\n${flagLines(entry).join('\n')}\n\`\`\`\n\nExample: \`${entry.example}\`\n`,
    );
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return `# Commands\n\n<!-- ${note} -->\n\n${sections.join('\n')}`;
}

function specPage(schema: z.ZodMiniType, head: string): string {
  const rows = specKeys(schema).map(({ path, about, values, usual }) => {
    const choice = values?.map((value) => `\`${value}\``).join(', ') ?? '';
    return `| \`${path}\` | ${about} | ${choice} | ${usual === undefined ? '' : `\`${usual}\``} |`;
  });
  return `${head}

| key | meaning | values | default |
|---|---|---|---|
${rows.join('\n')}
`;
}

function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { exit, http }]) => `| \`${code}\` | ${exit} | ${http} |`,
  );
  return `# Errors

<!-- ${note} -->

With \`--json\` an error is one line on standard error: \`{"error":{"code","message","hint","details"}}\`.

| exit code | means |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | usage |
| 3 | not found |
| 4 | wrong state, or busy |
| 5 | timeout |
| 6 | the host lacks something |
| 130 | interrupted |

| code | exit | HTTP |
|---|---|---|
${rows.join('\n')}
`;
}

function manPage(): string {
  const quoted = (text: string) =>
    text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^\./gm, '\\&.');
  const sections = Object.entries(commands)
    .filter(([name]) => Object.values(groups).some((group) => name in group))
    .map(
      ([name, entry]) =>
        `.SS ${quoted(`vm ${name}`)}\n${quoted(summaryOf(entry))}.\n.PP\n.nf\n${quoted([usageOf(name, entry), '', ...flagLines(entry), '', `Example: ${entry.example}`].join('\n'))}\n.fi`,
    );
  return `.\\" ${note}
.TH VM 1 "" "vivarium" "User commands"
.SH NAME
vm \\- virtual machines, each a directory that a supervisor keeps running
.SH SYNOPSIS
.B vm
COMMAND [ARGUMENTS]
.SH COMMANDS
${sections.join('\n')}
.SH OTHER HOSTS
Every command takes
.B \\-\\-host
ssh://USER@HOST, http://HOST:PORT, https://… or unix:PATH, or
.B \\-\\-context
NAME, which vm context add has saved; \\- is this host.
.SH ENVIRONMENT
.TP
.B VMDIR
Where the machines are; ~/.local/share/vivarium if not set.
.TP
.B VMCONF
A file of KEY=value lines that sets VMDIR, VMCONF_DEFAULT_TEMPLATES, VMCONF_DEFAULT_DRIVE and VMCONF_DEFAULT_WAIT.
.TP
.B VM_HOST, VM_TOKEN, VM_CONTEXT
As \\-\\-host, the token for it where it is http, and as \\-\\-context.
.SH EXIT STATUS
0 done, 1 failed, 2 usage, 3 not found, 4 wrong state or busy, 5 timeout, 6 the host lacks something, 130 interrupted.
.SH SEE ALSO
.BR runsv (8),
.BR sv (8),
.BR qemu\\-system\\-x86_64 (1)
`;
}
