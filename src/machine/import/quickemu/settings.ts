import { lacks } from '../lacks.ts';

/** A setting of quickemu that has no counterpart here. */
interface Only {
  /** Values with which it asks for nothing. */
  nothing?: string[];
  why: string;
}

const inTheGuest = 'is up to the guest: set it there';
const spice =
  'there is no SPICE here: see the screen with vm screenshot NAME, or with vm set NAME display=vnc';
const input = 'the usual devices are there: a keyboard, and a tablet where the screen is shown';
const monitor = 'the monitor is always at hand: vm monitor NAME';
const serial = 'the serial port is always at hand: vm console NAME';

/** Why a setting was not taken over, and what to do instead. */
export const quickemuOnly: Record<string, Only> = {
  tpm: { nothing: ['off'], why: lacks.tpm },
  secureboot: { nothing: ['off'], why: lacks.secureBoot },
  gl: { nothing: ['off'], why: lacks.acceleration },
  sound_card: { nothing: ['none'], why: lacks.sound },
  sound_duplex: { why: 'there is no sound here' },
  preallocation: { nothing: ['off'], why: 'counts only when quickemu makes the disk' },
  macos_release: { why: 'macOS is not supported' },
  img: { why: 'is of use to macOS and Batocera alone' },
  width: { why: inTheGuest },
  height: { why: inTheGuest },
  max_outputs: { why: 'there is one screen' },
  fullscreen: { why: 'is up to whoever looks at the screen' },
  viewer: { nothing: ['none'], why: spice },
  viewer_extra_args: { why: spice },
  spice_port: { why: spice },
  keyboard: { why: input },
  keyboard_layout: { nothing: ['en-us'], why: inTheGuest },
  mouse: { why: input },
  usb_controller: { why: input },
  braille: { why: 'there is none here: put -usbdevice, braille into arguments' },
  monitor: { why: monitor },
  monitor_cmd: { why: monitor },
  monitor_telnet_host: { why: monitor },
  monitor_telnet_port: { why: monitor },
  serial: { why: serial },
  serial_telnet_host: { why: serial },
  serial_telnet_port: { why: serial },
};

/** What quickemu does whether or not a .conf says so. */
export const always =
  "a window (display), sound, SPICE with its USB redirection, ~/Public as a shared directory: here they are there if asked for. A window: vm set NAME display=gtk   A directory: vm set NAME 'shares=[{path: /home/me/Public, tag: Public}]'";
