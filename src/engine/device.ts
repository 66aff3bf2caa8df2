import { deploy, planDeployment } from '../cartridge/deploy/deploy.ts';
import { listDevices } from '../cartridge/deploy/look.ts';
import type { Implementation } from './implementation.ts';

export const deviceEngine: Implementation<'device'> = {
  'device.list': async () => listDevices(),
  'device.show': async (_, { image, device, force = false }, scope) =>
    await planDeployment(scope, { image, device, force }),
  'device.write': async (_, { image, device, force = false, ...confirmed }, scope) =>
    await deploy(scope, { image, device, force }, confirmed),
};
