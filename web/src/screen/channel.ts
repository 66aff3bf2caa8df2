import type { Terminal } from '../engine.ts';
import { whileHeard } from '../state/while-heard.ts';

/** What noVNC asks of a connection: a WebSocket, or something that looks like one. */
export class RawChannel {
  binaryType = 'arraybuffer';
  protocol = '';
  readyState = 'open';
  onopen: (() => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  readonly #terminal: Terminal;

  /** Bytes come from `begin` on: noVNC sets its ears first. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async begin(): Promise<void> {
    let reason = '';
    try {
      const { scrollback, output } = this.#terminal;
      if (scrollback.length > 0) this.#tell(scrollback);
      for await (const bytes of whileHeard(output)) this.#tell(bytes);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    this.readyState = 'closed';
    this.onclose?.({ code: reason ? 1006 : 1000, reason, wasClean: reason === '' });
  }

  send(data: ArrayBuffer | Uint8Array): void {
    const bytes = data instanceof Uint8Array ? data.slice() : new Uint8Array(data.slice(0));
    this.#terminal.write(bytes).catch(() => {}); // that the line has ended, `begin` tells
  }

  close(): void {
    this.readyState = 'closing';
    this.#terminal.close();
  }

  #tell(bytes: Uint8Array): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }
}
