import { connect } from 'node:net';
import type { Place } from './ssh-forward.ts';

/** Milliseconds for one look at most; a guest that is emulated and busy may be slow. */
const glance = 3000;

/** Bytes in which a server must have said what it is (RFC 4253, 4.2, lets it say other things first). */
const enough = 4096;

/** What is found at a place: a server that greets, nobody, or somebody who has said nothing yet. */
export type Greeting = 'greets' | 'nobody' | 'silent';

/**
 * Looks for an ssh server. QEMU takes the connection in any case: one that nobody in the guest takes is closed, or
 * hangs while the guest has no network yet.
 * @param left milliseconds that there are for this look
 */
export async function sshGreeting({ host, port }: Place, left: number): Promise<Greeting> {
  return await new Promise((resolve) => {
    const socket = connect(port, host);
    let said = '';
    const end = (greeting: Greeting) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(greeting);
    };
    const timer = setTimeout(() => end('silent'), Math.min(glance, left));
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      said += text;
      if (/^SSH-/m.test(said)) end('greets');
      else if (said.length > enough) end('nobody');
    });
    socket.on('error', () => end('nobody'));
    socket.on('close', () => end('nobody'));
  });
}

/** Whether an ssh server greets. */
export async function sshGreets(place: Place, patience: number): Promise<boolean> {
  return (await sshGreeting(place, patience)) === 'greets';
}
