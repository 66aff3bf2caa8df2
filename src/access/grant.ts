import type { OwnGrant } from '../protocol/access-views.ts';
import { type Access, accessLevels } from '../protocol/operation.ts';
import { matchesAny } from './name-patterns.ts';

/** What somebody may do, and with what. Sizes in bytes; a limit that is absent does not bind. */
export interface Grant {
  /** Tells it from all others, a later one of the same name too. */
  id: string;
  /** As the audit log and refusals call them. */
  who: string;
  scope: Access;
  /** Patterns of names (see name-patterns.ts): others there are not. */
  machines: readonly string[];
  images: readonly string[];
  maxMachines?: number;
  maxMemory?: number;
  maxDisk?: number;
  network: 'none' | 'user';
}

/** What the owner of the unix socket may do, who may do it without vmd as well. No token can be called so. */
export const everything: Grant = {
  id: 'owner',
  who: 'the owner',
  scope: 'admin',
  machines: ['*'],
  images: ['*'],
  network: 'user',
};

/** A grant as it is shown to whom it is given. */
export const grantView = ({ id: _, machines, images, ...rest }: Grant): OwnGrant => ({
  machines: [...machines],
  images: [...images],
  ...rest,
});

export const isAdmin = ({ scope }: Grant): boolean => scope === 'admin';

/** Whether a scope is enough for what needs `access`. */
export const reaches = (scope: Access, access: Access): boolean =>
  accessLevels.indexOf(scope) >= accessLevels.indexOf(access);

export const seesMachine = (grant: Grant, name: string): boolean => matchesAny(grant.machines, name);
export const seesImage = (grant: Grant, name: string): boolean => matchesAny(grant.images, name);
