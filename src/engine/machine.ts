import { directoryToRun } from '../cartridge/directory-to-run.ts';
import { fileOf } from '../machine/files.ts';
import { findMachine } from '../machine/machine.ts';
import { list, view } from '../machine/view.ts';
import type { Implementation } from './implementation.ts';

/** Each verb is loaded when it is called: `vm list` does not pay for what starts machines. */
export const machineEngine: Implementation<'machine'> = {
  'machine.list': async (home, { running }) => {
    const all = await list(home);
    return running ? all.filter(({ pid }) => pid !== undefined) : all;
  },
  'machine.show': async (home, { name }, scope) =>
    await (await import('../machine/detail.ts')).detail(scope, findMachine(home, name)),
  'machine.status': async (home, { name }) => await view(findMachine(home, name)),
  'machine.usage': async (home, { name }) => (await import('../machine/usage.ts')).usageOf(home, name),
  'machine.make': async (home, parameters, scope) => {
    const machine = await (await import('../machine/make.ts')).make(scope, home, parameters);
    if (parameters.boot ?? parameters.iso !== undefined)
      await (await import('../machine/start.ts')).boot(scope, machine, []);
    return await view(machine);
  },
  'machine.import': async (home, parameters, scope) => {
    const { importMachine } = await import('../machine/import/import.ts');
    const { machine, taken, left } = await importMachine(scope, home, parameters);
    return { machine: await view(machine), taken, left };
  },
  'machine.run': async (home, parameters, scope) => {
    const cartridge = directoryToRun(parameters);
    const asked = cartridge
      ? await (await import('../cartridge/run.ts')).cartridgeRun(scope, cartridge, parameters)
      : parameters;
    return await (await import('../machine/run/run.ts')).run(scope, home, asked);
  },
  'machine.job': async (home, { name, input }, scope) =>
    await (await import('../machine/run/job.ts')).followJob(scope, findMachine(home, name), input),
  'machine.start': async (home, { name, cold = false }, scope) =>
    await (await import('../machine/start.ts')).start(scope, findMachine(home, name), { cold }),
  'machine.boot': async (home, { name, arguments: args }, scope) =>
    await (await import('../machine/start.ts')).boot(scope, findMachine(home, name), args),
  'machine.fork': async (home, parameters, scope) =>
    await (await import('../snapshot/fork.ts')).fork(scope, home, parameters),
  'machine.launch': async (home, parameters, scope) =>
    await (await import('../snapshot/launch.ts')).launch(scope, home, parameters),
  'machine.suspend': async (home, { name }, scope) =>
    await (await import('../snapshot/suspend.ts')).suspend(scope, findMachine(home, name)),
  'machine.stop': async (home, { name, now = false }, scope) => {
    const machine = findMachine(home, name);
    const report = await (await import('../machine/stop.ts')).stop(scope, machine, now);
    await (await import('../machine/run/ephemeral.ts')).removeEphemeral(scope, machine);
    return report;
  },
  'machine.restart': async (home, { name, now = false }, scope) =>
    await (await import('../machine/restart.ts')).restart(scope, findMachine(home, name), now),
  'machine.kill': async (home, { name }, scope) => {
    const machine = findMachine(home, name);
    const report = await (await import('../machine/stop.ts')).kill(scope, machine);
    await (await import('../machine/run/ephemeral.ts')).removeEphemeral(scope, machine);
    return report;
  },
  'machine.pause': async (home, { name }, scope) => {
    const machine = findMachine(home, name);
    await (await import('../machine/pause.ts')).pause(scope, machine);
    return await view(machine);
  },
  'machine.resume': async (home, { name }, scope) => {
    const machine = findMachine(home, name);
    await (await import('../machine/pause.ts')).resume(scope, machine);
    return await view(machine);
  },
  'machine.remove': async (home, { name, force = false }, scope) => {
    await (await import('../machine/remove.ts')).remove(scope, findMachine(home, name), force);
    return { name };
  },
  'machine.rename': async (home, { name, to }) =>
    await view(await (await import('../machine/rename.ts')).rename(findMachine(home, name), to)),
  'machine.set': async (home, { name, changes, unset = [] }) => {
    const machine = findMachine(home, name);
    await (await import('../machine/set.ts')).set(machine, changes, unset);
    return await view(machine);
  },
  'machine.read': async (home, { name }) => {
    const machine = findMachine(home, name);
    return { file: fileOf(machine, 'spec'), text: (await import('../machine/set.ts')).specText(machine) };
  },
  'machine.write': async (home, { name, text, was }) => {
    const machine = findMachine(home, name);
    await (await import('../machine/set.ts')).write(machine, text, was);
    return await view(machine);
  },
  'machine.autostart': async (home, { name, state }) => {
    const machine = findMachine(home, name);
    await (await import('../machine/autostart.ts')).autostart(machine, state === 'on');
    return await view(machine);
  },
  'machine.sv': async (home, { command, name }, scope) => ({
    name,
    said: await (await import('../machine/sv.ts')).sv(scope, findMachine(home, name), command),
  }),
  'machine.logs': async (home, { name, lines, follow }, scope) =>
    (await import('../machine/logs.ts')).logs(scope, findMachine(home, name), { lines, follow }),
  'machine.console': async (home, { name, scrollback }, scope) =>
    await (await import('../machine/terminal.ts')).openConsole(scope, findMachine(home, name), scrollback),
  'machine.monitor': async (home, { name }, scope) =>
    await (await import('../machine/terminal.ts')).openMonitor(scope, findMachine(home, name)),
  'machine.qmp': async (home, { name, command, arguments: args }, scope) =>
    await (await import('../machine/qmp.ts')).qmp(scope, findMachine(home, name), command, args),
  'machine.screenshot': async (home, { name, width }, scope) =>
    await (await import('../machine/screenshot.ts')).screenshot(scope, findMachine(home, name), width),
  'machine.screen': async (home, { name }, scope) =>
    await (await import('../machine/terminal.ts')).openScreen(scope, findMachine(home, name)),
  'machine.keys': async (home, { name, keys }, scope) => ({
    name,
    keys: await (await import('../machine/keyboard.ts')).pressKeys(scope, findMachine(home, name), keys),
  }),
  'machine.type': async (home, { name, text }, scope) => ({
    name,
    keys: await (await import('../machine/keyboard.ts')).typeText(scope, findMachine(home, name), text),
  }),
  'machine.exec': async (home, { name, ...program }, scope) =>
    await (await import('../machine/exec.ts')).exec(scope, findMachine(home, name), program),
  'machine.spawn': async (home, { name, ...program }, scope) =>
    await (await import('../machine/exec.ts')).spawn(scope, findMachine(home, name), program),
  'machine.wait': async (home, parameters, scope) =>
    await (await import('../machine/wait.ts')).wait(
      scope,
      findMachine(home, parameters.name),
      parameters.for,
    ),
  'machine.ssh': async (home, { name, user, port, command }, scope) =>
    await (await import('../machine/ssh.ts')).ssh(scope, findMachine(home, name), { user, port }, command),
  'machine.copy': async (home, parameters, scope) =>
    await (await import('../machine/copy.ts')).copy(scope, home, parameters),
};
