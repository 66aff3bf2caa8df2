import { cartridgeSpec } from '../protocol/cartridge-spec.ts';
import { machineSpec } from '../protocol/machine-spec.ts';
import { recipeSpec } from '../protocol/recipe-spec.ts';
import { specKeys } from '../protocol/spec-keys.ts';
import { styled } from './output.ts';

/** The files that people write, what each is, and where its paths begin. */
export const specFiles = {
  'machine.yaml': {
    schema: machineSpec,
    about: 'machine.yaml says what a machine is. All keys but version may be left out.',
    end: "Files and paths are relative to the machine's directory. A change counts from the next start.",
  },
  'recipe.yaml': {
    schema: recipeSpec,
    about:
      'A recipe says what an image is made of. All keys but base may be left out; the file may have any name.',
    end: 'Build it: vm image build recipe.yaml',
  },
  'cartridge.yaml': {
    schema: cartridgeSpec,
    about:
      'cartridge.yaml says what a project builds, and how. All keys but version and one builder may be left out.',
    end: 'Paths are relative to the project. Begin one: vm cartridge init',
  },
};

/** Every key of such a file, with its values and default. */
export function specHelp(file: keyof typeof specFiles): string {
  const { schema, about, end } = specFiles[file];
  const keys = specKeys(schema);
  const width = Math.max(...keys.map(({ path }) => path.length)) + 2;
  const lines = keys.map(({ path, about, values, usual }) => {
    const more = [values && `one of ${values.join(', ')}`, usual !== undefined && `default ${usual}`].filter(
      (it) => it,
    );
    return `  ${styled('bold', path.padEnd(width))}${about}${more.length > 0 ? ` (${more.join('; ')})` : ''}`;
  });
  return `${about}

${lines.join('\n')}

${end}`;
}
