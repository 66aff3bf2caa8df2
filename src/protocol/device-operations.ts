import * as z from 'zod/mini';
import type { DevicePlan, DeviceReport, DeviceView } from './device-views.ts';
import { argument, flag, operation } from './operation.ts';
import { path } from './values.ts';

const what = () => ({
  device: argument(
    path,
    'a whole device: /dev/sdb, sdb or /dev/disk/by-id/…; without one they are listed',
    'DEVICE',
  ),
  image: argument(
    z.optional(path),
    "an ISO or raw disk image; the newest ISO of this directory's cartridge if not said",
    'ISO',
  ),
  force: flag(z.optional(z.boolean()), 'also a disk that is built in, or a loop device; never one in use'),
});

const unfit = [
  'cartridge-not-found',
  'cartridge-invalid',
  'output-missing',
  'file-missing',
  'not-an-image',
  'image-unreadable',
  'device-unfit',
  'device-busy',
] as const;

export const deviceOperations = {
  'device.list': operation<DeviceView[]>()(() => ({}), {
    summary: 'List the devices of this host, and say which can be written to',
  }),
  'device.show': operation<DevicePlan>()(what, {
    summary: 'Say what would be lost if an image were written to a device',
    errors: unfit,
  }),
  'device.write': operation<DeviceReport>()(
    () => ({
      ...what(),
      yes: flag(z.optional(z.string()), "the device's name again, as sdb: nothing is asked then", {
        placeholder: 'NAME',
      }),
      identity: flag(
        z.optional(z.string()),
        'write only if it is still this very device: `identity` in the list',
        { placeholder: 'ID' },
      ),
    }),
    {
      summary: 'Write an ISO to a USB stick or card, or list what there is',
      timeout: 43_200_000,
      errors: [
        ...unfit,
        ...(['device-unconfirmed', 'device-failed', 'device-differs', 'deploy-interrupted'] as const),
        'image-changed',
      ],
    },
  ),
};
