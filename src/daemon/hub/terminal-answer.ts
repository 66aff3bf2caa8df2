/**
 * What terminals say by themselves when a guest asks: where their cursor is, what they are, which modes and colours
 * they have (CSI … R, n, c, y; OSC … and DCS … with their ends; xterm's ctlseqs).
 */
const answers =
  /^(?:\x1b\[[?>=]?[\d;]*(?:R|n|c|\$y)|\x1b\](?:4|1\d);[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\)+$/;

/** Whether these bytes are none that a person has typed. */
export const isTerminalAnswer = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1b && bytes.length < 4096 && answers.test(Buffer.from(bytes).toString('latin1'));
