import { VivariumError } from '../../base/errors.ts';
import type { GameOpen } from '../../protocol/game.ts';
import type { Caller } from '../caller.ts';
import { Session } from './session.ts';

/** Sessions of a token. */
const most = 16;

/** The sessions of all games. */
export class Sessions {
  readonly #all = new Map<string, Session>();

  /** A new one. Where there are too many, the one is left that nobody has polled for longest. @throws `too-many-open` */
  open(caller: Caller, options: GameOpen): Session {
    const others = this.#of(caller);
    if (others.length >= most) {
      const [idlest] = others.sort((one, other) => other.unpolled - one.unpolled);
      if (!idlest || idlest.unpolled === 0) throw new VivariumError('too-many-open', { most });
      this.#leave(idlest);
    }
    const session: Session = new Session(caller, options, () => this.#leave(session));
    this.#all.set(session.id, session);
    return session;
  }

  /** The session of this token, if there is one. */
  find({ id: token }: Caller, id: string): Session | undefined {
    const session = this.#all.get(id);
    return session?.caller.id === token ? session : undefined;
  }

  /** Ends all; their machines go on as they are, as all do when vmd ends. */
  async close(): Promise<void> {
    const all = [...this.#all.values()];
    this.#all.clear();
    await Promise.all(all.map((session) => session.close(undefined)));
  }

  /** What other sessions of its token own as well stays as it is. */
  #leave(session: Session): void {
    if (!this.#all.delete(session.id)) return;
    void session.close((name) => this.#of(session.caller).some(({ owned }) => owned.has(name)));
  }

  #of({ id }: Caller): Session[] {
    return [...this.#all.values()].filter(({ caller }) => caller.id === id);
  }
}
