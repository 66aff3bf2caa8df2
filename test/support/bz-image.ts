/** A bzImage whose payload begins 64 bytes into the protected-mode code. */
export function bzImage(payload: Buffer, { version = 0x020f, setupSectors = 2 } = {}): Buffer {
  const start = ((setupSectors || 4) + 1) * 512 + 64;
  const image = Buffer.concat([Buffer.alloc(start), payload, Buffer.alloc(100)]);
  image.writeUInt8(setupSectors, 0x1f1);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(version, 0x206);
  image.writeUInt32LE(64, 0x248);
  image.writeUInt32LE(payload.length, 0x24c);
  return image;
}
