import { type Gate, gateTo } from './gate.ts';
import { type TestHome, testHome } from './home.ts';
import { type Game, luantiMods, makeWorld, startGame, type World } from './luanti.ts';
import { newToken, startService, type TestService } from './service.ts';

/** A vmd, a game that talks with it by way of a gate, and where both keep what they keep. */
export interface GameRoom extends AsyncDisposable {
  home: TestHome;
  directory: string;
  service: TestService;
  gate: Gate;
  token: string;
  game: Game;
}

/** What a test may put in the place of what is usual. */
export type Unusual = Partial<World>;

export async function openGameRoom({ game = 'devtest', mods = [], settings }: Unusual): Promise<GameRoom> {
  await using undo = new AsyncDisposableStack();
  const home = undo.use(testHome());
  const directory = home.path('..', 'game');
  const service = await startService(home);
  // Tests may put another in its place.
  undo.defer(() => room.service[Symbol.asyncDispose]());
  const room = { home, directory, service } as GameRoom;
  room.gate = undo.use(await gateTo(service.port));
  room.token = await newToken(home, 'game', 'control', { machines: ['game-*'], images: ['tiny'] });
  makeWorld(directory, {
    game,
    mods: [...luantiMods, ...mods],
    settings: { 'vivarium.url': room.gate.url, 'vivarium.token': room.token, ...settings },
  });
  undo.defer(() => room.game?.[Symbol.asyncDispose]());
  room.game = await startGame(directory);
  const stack = undo.move();
  return Object.assign(room, { [Symbol.asyncDispose]: () => stack.disposeAsync() });
}
