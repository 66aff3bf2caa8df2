import { signal } from '@preact/signals';

export const tabs = ['console', 'screen', 'snapshots', 'logs', 'settings'] as const;
export type Tab = (typeof tabs)[number];

/** Where one is on the page. */
export type Route =
  | { place: 'shelf' }
  | { place: 'machine'; name: string; tab: Tab }
  | { place: 'make'; image?: string }
  | { place: 'images' }
  | { place: 'tokens' }
  | { place: 'audit' };

/** The route that an address of the page names (its path and query); the shelf where it names none. */
export function readRoute(address: string): Route {
  const [path = '', query = ''] = address.split('?');
  const [place, name, tab] = path.replace(/^\//, '').split('/').map(decoded);
  if (place === 'machines' && name) {
    return { place: 'machine', name, tab: tabs.find((known) => known === tab) ?? 'console' };
  }
  const image = new URLSearchParams(query).get('image');
  if (place === 'make') return image ? { place, image } : { place };
  if (place === 'images' || place === 'tokens' || place === 'audit') return { place };
  return { place: 'shelf' };
}

/** The address that `readRoute` reads as this. */
export function writeRoute(route: Route): string {
  switch (route.place) {
    case 'shelf':
      return '/';
    case 'machine':
      return `/machines/${encodeURIComponent(route.name)}/${route.tab}`;
    case 'make':
      return route.image ? `/make?image=${encodeURIComponent(route.image)}` : '/make';
    default:
      return `/${route.place}`;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal<Route>({ place: 'shelf' });

const look = () => {
  route.value = readRoute(location.pathname + location.search);
};

export function go(to: Route): void {
  const address = writeRoute(to);
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  look();
}

/** Follows the address bar from now on, and has the page's own links lead there without loading it again. */
export function followRoute(): void {
  addEventListener('popstate', look);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const held = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!link || held || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    event.preventDefault();
    go(readRoute(link.pathname + link.search));
  });
  look();
}
