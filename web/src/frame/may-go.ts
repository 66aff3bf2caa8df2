import type { OperationName } from '../engine.ts';
import { may } from '../state/access.ts';
import type { Route } from './route.ts';

/** What each place is for: who may not do that is not offered it. */
const needs: Partial<Record<Route['place'], OperationName>> = {
  make: 'machine.make',
  images: 'image.list',
  tokens: 'token.list',
  audit: 'host.audit',
};

/** Whether there is something at a place of the page for whom the token of the page is. */
export function mayGo(place: Route['place']): boolean {
  const need = needs[place];
  return need === undefined || may(need);
}
