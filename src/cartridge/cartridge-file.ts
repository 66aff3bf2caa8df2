import { VivariumError } from '../base/errors.ts';
import { type CartridgeSpec, cartridgeSpec } from '../protocol/cartridge-spec.ts';
import { openYaml } from '../protocol/yaml-text.ts';

/** @param file for errors @throws `cartridge-invalid` with line and column */
export function parseCartridge(text: string, file: string): CartridgeSpec {
  const { plain, check } = openYaml(
    text,
    (fault) => new VivariumError('cartridge-invalid', { file, ...fault }),
  );
  return check(cartridgeSpec, plain());
}
