import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { namespaceRoot } from '../host/user-namespace.ts';
import { type Image, kernelIn, readImage } from '../image/store.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { type AcceleratorReport, probeAccelerator } from '../qemu/accelerator.ts';
import { qemuBinary } from '../qemu/binary.ts';
import { uefiFiles } from '../qemu/firmware-files.ts';
import { asksForKvm, withoutKvm } from '../qemu/without-kvm.ts';
import { composeCommand, type Ingredients, type Part } from './command.ts';
import { fileOf, machineFiles } from './files.ts';
import type { Machine } from './machine.ts';
import { isSuspended, readSaved, type Saved, savedFiles } from './saved.ts';
import { unmetNeed } from './saved-needs.ts';
import { isSeeded } from './seed.ts';
import { readSpec } from './spec-file.ts';
import { readTemplate, templatesOf } from './templates.ts';

/** How a machine would be started now. */
export interface Plan {
  /** Words before the program (see scripts.ts). */
  wrapper: string[];
  binary: string;
  parts: Part[];
  argv: string[];
  spec: MachineSpec | undefined;
  /** That it was made from. */
  image: Image | undefined;
  /** templates/once has a part in it. */
  once: boolean;
  /** What it would go on from, instead of booting. */
  saved: Saved | undefined;
  accelerator: { name: string; reason: string };
}

/**
 * Reads all that makes a machine's command line.
 * @param cold it is to boot, be it suspended or not
 * @throws `spec-invalid`, `template-invalid`, `image-not-found`, `image-broken`, `tool-missing`; `state-broken`, `state-unfit`
 */
export async function planOf(scope: Scope, machine: Machine, { cold = false } = {}): Promise<Plan> {
  const binary = qemuBinary();
  const spec = readSpec(machine);
  const names = templatesOf(machine);
  const report = await probeAccelerator(scope, { binary, cache: machine.home.cache });
  const kvm = report.candidates.find(({ name }) => name === 'kvm');
  const templates = names.map((name) => readTemplate(machine, name));
  if (!kvm?.usable) {
    for (const template of templates) {
      if (asksForKvm(template.args))
        scope.warn(`${template.source} asks for KVM, but: ${kvm?.reason ?? 'there is none'}`);
      template.args = withoutKvm(template.args);
    }
  }
  const accelerator = chosenAccelerator(machine, spec, report);
  const image = spec?.image === undefined ? undefined : readImage(machine.home.directory, spec.image);
  const saved = isSuspended(machine) && !cold ? readSaved(machine, fileOf(machine, 'suspended')) : undefined;
  const parts = composeCommand({
    name: machine.name,
    spec,
    templates,
    accelerator: accelerator.name,
    kernel: spec && kernelOf(machine, spec, image),
    uefi: spec?.firmware === 'uefi' ? uefiFiles(sizeOf(fileOf(machine, 'uefiVariables'))) : undefined,
    seeded: spec !== undefined && isSeeded(spec, image),
    resumed: saved && { board: saved.board, memory: { file: savedMemory, bytes: saved.memory } },
  });
  const argv = parts.flatMap(({ args }) => args);
  const differs = saved && unmetNeed(saved, { accelerator: accelerator.name, argv });
  if (differs) throw unfitState(machine, differs);
  return {
    wrapper: spec?.shares.some(({ ownership }) => ownership === 'host') ? namespaceRoot() : [],
    binary,
    parts,
    argv,
    spec,
    image,
    once: names.includes('once'),
    saved,
    accelerator,
  };
}

const savedMemory = join(machineFiles.suspended, savedFiles.memory);

/** The machine cannot go on from the state that it was suspended in. */
export function unfitState({ name }: Machine, differs: string): VivariumError {
  const next = `Put that back, or boot it without that state: vm start --cold ${name}`;
  return new VivariumError('state-unfit', { name, differs, next });
}

function chosenAccelerator(machine: Machine, spec: MachineSpec | undefined, report: AcceleratorReport) {
  const asked = spec?.accelerator ?? 'auto';
  if (asked === 'auto') return { name: report.accelerator, reason: report.reason };
  const candidate = report.candidates.find(({ name }) => name === asked);
  if (candidate?.usable) return { name: asked, reason: 'machine.yaml says so' };
  throw new VivariumError('accelerator-unusable', {
    name: machine.name,
    accelerator: asked,
    reason: candidate?.reason ?? 'this host has none',
  });
}

/**
 * The kernel that the spec names, else its image's. Under UEFI a disk's own boot loader is taken instead; an image
 * that is nothing but a kernel gives the bzImage, as UEFI cannot take the ELF file.
 */
function kernelOf(machine: Machine, spec: MachineSpec, image: Image | undefined): Ingredients['kernel'] {
  if (spec.kernel !== undefined) {
    return { source: 'machine.yaml: kernel', kernel: spec.kernel, initrd: spec.initrd, append: spec.append };
  }
  const found = image && kernelIn(image);
  const uefi = spec.firmware === 'uefi';
  if (!found || (uefi && image.kind === 'disk')) return undefined;
  const fromMachine = (file: string) => relative(machine.directory, file);
  return {
    source: 'machine.yaml: image',
    kernel: fromMachine(uefi ? found.bzImage : found.kernel),
    initrd: fromMachine(found.initrd),
    append: spec.append ?? `${found.append} vivarium.name=${machine.name}`,
  };
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
