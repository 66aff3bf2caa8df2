/** Bytes that are kept of a sequence: a title or a device's string may go on for ever. */
const longest = 4096;

/**
 * Where a terminal's parser stands between two bytes: the states of Paul Williams' parser of DEC's terminals
 * (vt100.net/emu/dec_ansi_parser) as xterm.js has them (src/common/parser/EscapeSequenceParser.ts), as far as they
 * differ in what ends them.
 */
type State = 'ground' | 'escape' | 'intermediate' | 'control' | 'command' | 'string' | 'device' | 'payload';

/**
 * What a terminal's parser has read and not finished: the beginning of a UTF-8 character or of an escape sequence.
 * A terminal that is given this has its parser stand where that of the first one stands.
 */
export class Unfinished {
  #state: State = 'ground';
  /** The sequence so far, without what the parser has obeyed in the middle of it. */
  #sequence: number[] = [];
  /** The UTF-8 character so far, and how many bytes it lacks. */
  #character: number[] = [];
  #lacking = 0;

  get bytes(): Uint8Array {
    return Uint8Array.from([...this.#sequence, ...(this.#lacking > 0 ? this.#character : [])]);
  }

  read(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte >= 0x80) this.#readHigh(byte);
      else {
        this.#lacking = 0;
        if (byte === 0x1b || this.#state !== 'ground') this.#readCode(byte, [byte]);
      }
    }
  }

  /** What is no UTF-8 is passed over. */
  #readHigh(byte: number): void {
    if (byte >= 0xc0) {
      this.#character = [byte];
      this.#lacking = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf8 ? 3 : 0;
      return;
    }
    if (this.#lacking === 0) return;
    this.#character.push(byte);
    if (--this.#lacking > 0) return;
    // U+0080 to U+009F are controls; of all others it matters only that they are no ASCII.
    this.#readCode(this.#character[0] === 0xc2 && byte < 0xa0 ? byte : foreign, this.#character);
  }

  #readCode(code: number, bytes: readonly number[]): void {
    const next = nextState(this.#state, code);
    if (next === 'ground') this.#sequence = [];
    else if (introducers.has(code)) this.#sequence = [...bytes];
    else if (this.#sequence.length < longest && !isObeyed(this.#state, code)) this.#sequence.push(...bytes);
    this.#state = next;
  }
}

/** Any character beyond U+009F. */
const foreign = 0xa0;

/** ESC, and the controls of one character that begin a sequence. */
const introducers: ReadonlyMap<number, State> = new Map([
  [0x1b, 'escape'],
  [0x90, 'device'],
  [0x98, 'string'],
  [0x9b, 'control'],
  [0x9d, 'command'],
  [0x9e, 'string'],
  [0x9f, 'string'],
]);

/** A control character in the midst of these does at once what it does elsewhere. */
const isObeyed = (state: State, code: number): boolean =>
  code < 0x20 && (state === 'escape' || state === 'intermediate' || state === 'control');

function nextState(state: State, code: number): State {
  const introduced = introducers.get(code);
  if (introduced) return introduced;
  if (code === 0x18 || code === 0x1a || (code >= 0x80 && code < foreign)) return 'ground';
  if (code < 0x20) return state === 'command' && code === 0x07 ? 'ground' : state;
  if (code === 0x7f) return state;
  return following[state](code);
}

/** What follows a character from the space to the tilde, or a foreign one. */
const following: Readonly<Record<State, (code: number) => State>> = {
  ground: () => 'ground',
  escape: (code) => {
    if (code < 0x30) return 'intermediate';
    // ESC and a character of these stand for the control of one character.
    return code >= 0x40 && code < 0x60 ? (introducers.get(code + 0x40) ?? 'ground') : 'ground';
  },
  intermediate: (code) => (code < 0x30 ? 'intermediate' : 'ground'),
  control: (code) => (code < 0x40 ? 'control' : 'ground'),
  command: () => 'command',
  string: (code) => (code === foreign ? 'ground' : 'string'),
  device: (code) => (code < 0x40 ? 'device' : code === foreign ? 'ground' : 'payload'),
  payload: () => 'payload',
};
