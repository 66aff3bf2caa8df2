import { VivariumError } from '../base/errors.ts';
import type { Home } from '../machine/home.ts';
import type { Grant } from './grant.ts';
import { LastUse } from './last-use.ts';
import { hashOf, isSameHash } from './secret.ts';
import { type KeptToken, readTokens, stampOfTokens } from './token-store.ts';

/** The tokens of a home, for whom others ask with them. A token that is revoked is so at the next question. */
export class Tokens {
  readonly #home: Home;
  readonly #lastUse: LastUse;
  #stamp: string | undefined;
  #tokens: KeptToken[] = [];

  constructor(home: Home) {
    this.#home = home;
    this.#lastUse = new LastUse(home);
  }

  /** What the bearer of a secret may do. @throws `token-invalid`, `tokens-unreadable` */
  authenticate(secret: string | undefined): Grant {
    if (!secret) throw new VivariumError('token-invalid', { problem: 'none was given' });
    const hash = hashOf(secret);
    const tokens = this.#read();
    // All are compared, so that the time does not say which it was.
    const [found] = tokens.filter((it) => isSameHash(it.hash, hash));
    if (!found) throw new VivariumError('token-invalid', { problem: 'there is none such' });
    if (isExpired(found)) throw new VivariumError('token-invalid', { problem: 'it has expired' });
    this.#lastUse.note(
      found.id,
      tokens.map(({ id }) => id),
    );
    return grantOf(found);
  }

  /** Whether what was granted once still is: the token is there, and has not expired. @throws `tokens-unreadable` */
  isStillGood({ id }: Pick<Grant, 'id'>): boolean {
    const found = this.#read().find((it) => it.id === id);
    return found !== undefined && !isExpired(found);
  }

  #read(): KeptToken[] {
    const stamp = stampOfTokens(this.#home);
    if (stamp === this.#stamp) return this.#tokens;
    this.#tokens = readTokens(this.#home);
    this.#stamp = stamp;
    return this.#tokens;
  }
}

const isExpired = ({ expires }: KeptToken): boolean =>
  expires !== undefined && !(Date.parse(expires) > Date.now()); // one that is no date is no time either

function grantOf({ name, hash, created, expires, ...rest }: KeptToken): Grant {
  return { who: name, ...rest };
}
