import { effect, signal } from '@preact/signals';

/** Light or dark as the system has it, or as one has said here. */
export type Scheme = 'system' | 'light' | 'dark';

const place = 'vivarium.scheme';
const schemes: Scheme[] = ['system', 'light', 'dark'];

export const scheme = signal<Scheme>('system');

/** The next one: system, light, dark, and from the beginning. */
export function turnScheme(): void {
  scheme.value = schemes[(schemes.indexOf(scheme.value) + 1) % schemes.length] ?? 'system';
  localStorage.setItem(place, scheme.value);
}

export function followScheme(): void {
  const kept = localStorage.getItem(place);
  scheme.value = schemes.find((known) => known === kept) ?? 'system';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const wanted = scheme.value === 'system' ? (dark.matches ? 'dark' : 'light') : scheme.value;
    document.documentElement.dataset.scheme = wanted;
  };
  dark.addEventListener('change', show);
  effect(show);
}
