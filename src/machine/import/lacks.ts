import { machineFiles } from '../files.ts';

/** What several programs give to their guests and machines have not, or have otherwise; and what to do instead. */
export const lacks = {
  spice: `there is no SPICE here: it is a VNC socket, ${machineFiles.vnc} in the directory of the machine`,
  sound:
    'there is no sound: put -audiodev, "pa,id=audio0", -device, ich9-intel-hda, -device, "hda-duplex,audiodev=audio0" into arguments',
  secureBoot: 'the firmware has no Secure Boot here: most guests boot all the same',
  tpm: 'there is no TPM here: a guest that keeps keys in it (BitLocker) asks for its recovery key, and Windows 11 misses it',
  acceleration: 'there is no 3D acceleration; it takes a window: put -display, "gtk,gl=on" into arguments',
};
