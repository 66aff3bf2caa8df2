import { VivariumError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { print } from './output.ts';

/** All three ask `vm complete`, so that they know what this vm knows. */
const scripts: Record<string, string> = {
  bash: `_vm() {
  local IFS=$'\\n'
  COMPREPLY=($(vm complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _vm vm`,
  zsh: `#compdef vm
_vm() {
  local -a found
  found=("\${(@f)$(vm complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _vm vm`,
  fish: `complete -c vm -a '(vm complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

const completion: Command = {
  run: async ({ values }) => {
    const shell = String(values.extra[0] ?? '');
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) {
      throw new VivariumError('parameter-invalid', {
        operation: 'completion',
        parameter: 'the shell',
        problem: `must be one of ${Object.keys(scripts).join(', ')}`,
      });
    }
    print(script);
    return undefined;
  },
};

export default completion;
