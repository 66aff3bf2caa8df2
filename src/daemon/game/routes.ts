import type { FastifyInstance, FastifyReply } from 'fastify';
import type * as z from 'zod/mini';
import { VivariumError } from '../../base/errors.ts';
import type { OwnGrant } from '../../protocol/access-views.ts';
import { type GameOpened, gamePaths, gameRequests, longestWait } from '../../protocol/game.ts';
import { encode } from '../../protocol/wire.ts';
import { asSent } from '../answer.ts';
import type { Caller } from '../caller.ts';
import { callerOf } from '../guard.ts';
import { asOurs } from '../refused-request.ts';
import { forLua } from './lua-text.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/**
 * The three requests of games (protocol/game). Luanti shows its scripts no body of an answer whose status says that it
 * was refused, so all but these are refused with 200: who may not come at all, comes too often, or brings too much.
 */
const told = [401, 403, 413, 429];

export function gameRoutes(app: FastifyInstance): void {
  /** What draws terminals is loaded with the first: a vmd that no game uses does without. */
  let sessions: Sessions | undefined;
  app.addHook('onClose', async () => await sessions?.close());

  const serve = <Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    answer: (caller: Caller, asked: z.output<Schema>, hungUp: AbortSignal) => Promise<unknown>,
  ) =>
    app.route({
      method: 'POST',
      url: path,
      handler: async (request, reply) =>
        send(reply, await answer(callerOf(request), checked(schema, request.body), closed(reply))),
      errorHandler: (error, _, reply) => {
        const { status, error: sent } = asSent(asOurs(error), path);
        send(reply.status(told.includes(status) ? status : 200), { error: sent });
      },
    });

  serve(gamePaths.open, gameRequests.open, async (caller, asked): Promise<GameOpened> => {
    const grant = await caller.engine.token.self({});
    const images = await caller.engine.image.list({});
    const machines = await caller.engine.machine.list({});
    const [{ Sessions }] = await Promise.all([
      import('./sessions.ts'),
      import('../hub/shared-console.ts'), // for the first console to be there as soon as its machine
    ]);
    sessions ??= new Sessions();
    const { id } = sessions.open(caller, asked);
    return {
      session: id,
      prefix: prefixOf(grant),
      grant,
      images: images
        .filter(({ state }) => state === 'ready')
        .map(({ name, kind }) => ({ name, ...(kind && { kind }) })),
      machines: machines.map(({ name }) => name),
      wait: longestWait,
    };
  });

  const within = async <Answer>(caller: Caller, id: string, answer: (session: Session) => Answer) => {
    const session = sessions?.find(caller, id);
    return session ? await answer(session) : { gone: true as const };
  };

  serve(gamePaths.send, gameRequests.send, (caller, { session, number, acts }) =>
    within(caller, session, (it) => {
      it.send(number, acts);
      return { taken: number };
    }),
  );

  serve(gamePaths.poll, gameRequests.poll, (caller, { session, after, wait }, hungUp) =>
    within(caller, session, (it) => it.poll(after, wait, hungUp)),
  );
}

const send = (reply: FastifyReply, answer: unknown) =>
  reply.type('application/json').send(forLua(encode(answer)));

/** @throws `request-invalid` */
function checked<Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(body ?? {});
  const issue = error?.issues[0];
  if (!issue) return data as z.output<Schema>;
  const problem = `is wrong: ${issue.path.join('.') || 'its body'}: ${issue.message}`;
  throw new VivariumError('request-invalid', { problem });
}

/** Aborts when the answer is sent, or whoever asked has hung up. */
function closed({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}

/** The letters before the `*` of the first pattern that says no more. An administrator's machines may have any name. */
function prefixOf({ scope, machines }: OwnGrant): string {
  if (scope === 'admin') return 'game-';
  return machines.flatMap((it) => /^([^*?]*)\*$/.exec(it)?.slice(1) ?? [])[0] ?? '';
}
