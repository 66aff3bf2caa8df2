import type { ComponentType } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { failureOf } from '../state/act.ts';
import { Failure } from './failure.tsx';

interface Props<P> {
  load: () => Promise<{ default: ComponentType<P> }>;
  props: P;
  /** Whether it will have the keys: those that come before it are not for the page. */
  takesKeys?: boolean;
}

/** A part of the page that is loaded when it is first looked at. */
export function Late<P extends object>({ load, props, takesKeys = false }: Props<P>) {
  const [part, setPart] = useState<{ load?: Props<P>['load']; shown?: ComponentType<P>; error?: unknown }>(
    {},
  );
  useEffect(() => {
    let left = false;
    load().then(
      ({ default: shown }) => !left && setPart({ load, shown }),
      (error) => !left && setPart({ load, error }),
    );
    return () => {
      left = true;
    };
  }, [load]);
  if (part.load !== load) return takesKeys ? <Awaited /> : null;
  if (part.error) return <Failure why={{ ...failureOf(part.error), hint: 'Load the page again.' }} />;
  return part.shown ? <part.shown {...props} /> : null;
}

/** Has the keys for what is to come. */
function Awaited() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.focus(), []);
  return <div ref={place} tabIndex={-1} data-keys="all" />;
}
