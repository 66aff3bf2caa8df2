import { everything, grantView } from '../access/grant.ts';
import { createToken, listTokens, revokeToken } from '../access/token-store.ts';
import type { Implementation } from './implementation.ts';

export const tokenEngine: Implementation<'token'> = {
  'token.self': async () => grantView(everything),
  'token.create': async (home, parameters) => await createToken(home, parameters),
  'token.list': async (home) => listTokens(home),
  'token.revoke': async (home, { name }) => {
    await revokeToken(home, name);
    return { name };
  },
};
