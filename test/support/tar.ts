/** An entry of a tar archive as anybody could craft it: any name, any type. */
export interface TarEntry {
  name: string;
  content?: Buffer | string;
  /** 0 file, 2 symbolic link, 5 directory, … */
  type?: string;
  link?: string;
}

/** A ustar archive. */
export function tar(entries: TarEntry[]): Buffer {
  const parts = entries.flatMap(({ name, content = '', type = '0', link = '' }) => {
    const bytes = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(link, 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** The description of an appliance with these disks. */
export function ovf(...disks: string[]): string {
  const files = disks.map((href, index) => `<ns0:File ns0:href="${href}" ns0:id="file${index}"/>`);
  const used = disks.map(
    (_, index) => `<Disk ovf:capacity="1" ovf:diskId="d${index}" ovf:fileRef="file${index}"/>`,
  );
  return `<?xml version="1.0"?>
<Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
  <!-- <File ovf:href="commented.vmdk" ovf:id="file0"/> -->
  <References>${files.join('')}<File ovf:href="notes.nvram" ovf:id="nvram"/></References>
  <DiskSection>${used.join('')}</DiskSection>
</Envelope>`;
}
