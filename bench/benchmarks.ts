import type { Benchmark } from './benchmark.ts';
import { buildDebian } from './build-debian.ts';
import { buildInto } from './build-into.ts';
import { consoleHub } from './console-hub.ts';
import { consoleViewers } from './console-viewers.ts';
import { copy } from './copy.ts';
import { exec } from './exec.ts';
import { forkBoot } from './fork-boot.ts';
import { forkDebian } from './fork-debian.ts';
import { forkEngine } from './fork-engine.ts';
import { forkMany } from './fork-many.ts';
import { forkMemory } from './fork-memory.ts';
import { game } from './game.ts';
import { gameScreen } from './game-screen.ts';
import { help } from './help.ts';
import { launch } from './launch.ts';
import { list } from './list.ts';
import { listVirsh } from './list-virsh.ts';
import { liveIso } from './live-iso.ts';
import { liveRoot } from './live-root.ts';
import { liveRootIso } from './live-root-iso.ts';
import { makeImage } from './make-image.ts';
import { memory } from './memory.ts';
import { pack, packIncremental } from './pack.ts';
import { pageLoad } from './page-load.ts';
import { peers } from './peers.ts';
import { runOverhead } from './run-overhead.ts';
import { serviceCall } from './service-call.ts';
import { serviceIdle } from './service-idle.ts';
import { snapshotPause } from './snapshot-pause.ts';
import { start } from './start.ts';
import { startStockKernel } from './start-stock-kernel.ts';

/** All of them, in their order: those for which a fleet of machines has to run come last. */
export const benchmarks: readonly Benchmark[] = [
  start,
  startStockKernel,
  help,
  makeImage,
  buildDebian,
  pack,
  packIncremental,
  consoleHub,
  consoleViewers,
  exec,
  copy,
  runOverhead,
  liveRoot,
  liveRootIso,
  liveIso,
  buildInto,
  launch,
  forkBoot,
  forkEngine,
  forkMany,
  forkMemory,
  forkDebian,
  snapshotPause,
  peers,
  pageLoad,
  game,
  gameScreen,
  serviceCall,
  serviceIdle,
  list,
  memory,
  listVirsh,
];
