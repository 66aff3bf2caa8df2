/** A machine that is to be made, as it is written into the form; what is empty is left to the engine. */
export interface Draft {
  source: 'image' | 'iso' | 'nothing';
  image: string;
  iso: string;
  name: string;
  cpus: string;
  memory: string;
  disk: string;
  network: string;
  forward: string;
  display: string;
  firmware: string;
  user: string;
  password: string;
  packages: string;
  autostart: boolean;
}

export const emptyDraft: Draft = {
  source: 'image',
  image: '',
  iso: '',
  name: '',
  cpus: '',
  memory: '',
  disk: '',
  network: '',
  forward: '',
  display: 'vnc',
  firmware: 'bios',
  user: '',
  password: '',
  packages: '',
  autostart: false,
};

/** Whether nothing is written into it; an image is chosen from the beginning. */
export const isBlank = (draft: Draft): boolean =>
  Object.entries(emptyDraft).every(([key, value]) => key === 'image' || draft[key as keyof Draft] === value);

/** The parameters of machine.make. */
export function parametersOf(draft: Draft): Record<string, unknown> {
  const { source, name, autostart } = draft;
  const text = (key: keyof Draft) => {
    const value = String(draft[key]).trim();
    return value === '' ? {} : { [key]: value };
  };
  const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');
  const cpus = draft.cpus.trim();
  const forward = words(draft.forward);
  const packages = words(draft.packages);
  return {
    name,
    ...(source === 'image' && text('image')),
    ...(source === 'iso' && text('iso')),
    ...(cpus !== '' && { cpus: /^\d+$/.test(cpus) ? Number(cpus) : cpus }),
    ...text('memory'),
    ...text('disk'),
    ...text('network'),
    ...text('display'),
    ...(draft.firmware !== 'bios' && text('firmware')),
    ...(forward.length > 0 && { forward }),
    ...(source === 'image' && { ...text('user'), ...text('password') }),
    ...(source === 'image' && packages.length > 0 && { package: packages }),
    ...(autostart && { autostart }),
  };
}
