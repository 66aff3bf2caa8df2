import { own } from '../../../base/own.ts';
import { machineFiles } from '../../files.ts';
import { lacks } from '../lacks.ts';
import { type Part, say } from '../said.ts';
import { allOf, type Readers } from './reader.ts';
import { attribute, child } from './xml.ts';

const one = 'there is one screen';

const displays: Record<string, [value: 'vnc' | 'sdl', why?: string]> = {
  vnc: [
    'vnc',
    `it is a socket and no port, and has no password: ${machineFiles.vnc} in the directory of the machine`,
  ],
  spice: ['vnc', lacks.spice],
  sdl: ['sdl'],
};

const cards: Record<string, 'virtio' | 'qxl' | 'std' | 'none'> = {
  virtio: 'virtio',
  qxl: 'qxl',
  vga: 'std',
  bochs: 'std',
  none: 'none',
};

/** The screen. */
export const screenReaders: Readers = {
  devices: (element) =>
    child(element, 'graphics') || child(element, 'video')
      ? []
      : say({ what: 'no graphics, and no video' }, { key: 'vga', value: 'none' }),
  'devices/graphics': (element, index) => {
    const type = attribute(element, 'type');
    const [value, why] = own(displays, type) ?? [];
    if (index > 0) return say(element, { why: one });
    if (value === undefined)
      return say(element, { why: `there is no ${type} here: see the screen with vm screenshot NAME` });
    return say(element, { key: 'display', value }, why !== undefined && { why });
  },
  'devices/video': (element, index) => {
    if (index > 0) return say(element, { why: one });
    const model = child(element, 'model');
    const type = attribute(model, 'type') || 'vga';
    const card: Part = { key: 'vga', value: own(cards, type) ?? 'std' };
    return say(
      model ?? element,
      card,
      own(cards, type) === undefined && { why: `there is no graphics card ${type} here: it is std` },
      attribute(child(model, 'acceleration'), 'accel3d') === 'yes' && { why: lacks.acceleration },
    );
  },
  ...allOf('same', 'devices/input'),
  ...allOf('trifle', 'devices/audio', 'devices/redirdev', 'devices/redirfilter'),
};
