import { show } from './command.ts';
import { forkLines } from './fork-lines.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.machine.launch(
      {
        image: values.image,
        names: values.names,
        count: values.count,
        name: values.name,
        identity: values.identity,
        ephemeral: values.ephemeral,
        cpus: values.cpus,
        memory: values.memory,
        disk: values.disk,
        network: values.network,
      },
      scope,
    ),
  ({ from, forks }, { values }) =>
    forks.length > 0 ? forkLines(forks) : `${from} is kept. Go on from it: vm launch ${values.image}`,
);
