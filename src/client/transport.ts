/** What carries calls: HTTP in Node or in a browser. */
export interface Transport {
  /** Where it leads, for people. */
  readonly address: string;
  /** @throws `service-unreachable` */
  post(path: string, body: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer>;
  /** A WebSocket, unless `signal` aborts before it is open. @throws `service-unreachable`, or what the service answers instead */
  open(path: string, signal: AbortSignal): Promise<Channel>;
  /** Lets go of what it keeps open between calls. */
  close(): void;
}

export interface Answer {
  status: number;
  /** The content type, without its parameters. */
  type: string;
  body: AsyncIterable<Uint8Array>;
}

/** One WebSocket: messages in both directions, text or bytes. */
export interface Channel {
  send(message: string | Uint8Array<ArrayBuffer>): void;
  /** Ends when the other end has closed; who reads slowly slows the sender, as far as the platform can. */
  received: AsyncIterable<string | Uint8Array>;
  /** Nothing more comes, whatever the other end does. */
  close(): void;
}
