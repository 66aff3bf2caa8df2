import { connect } from 'node:net';
import type { Place } from './ssh-forward.ts';

/** Milliseconds for one look at most; a guest that is emulated and busy may be slow. */
const glance = 3000;

/** Bytes in which a server must have said what it is (RFC 4253, 4.2, lets it say other things first). */
const enough = 4096;

/**
 * Whether an ssh server greets at a place. QEMU takes the connection in any case: one that nobody in the guest
 * takes is closed, or hangs while the guest has no network yet.
 * @param left milliseconds that there are for this look
 */
export async function sshGreets({ host, port }: Place, left: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, host);
    let said = '';
    const end = (greeted: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(greeted);
    };
    const timer = setTimeout(() => end(false), Math.min(glance, left));
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      said += text;
      if (/^SSH-/m.test(said)) end(true);
      else if (said.length > enough) end(false);
    });
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}
