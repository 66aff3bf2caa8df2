import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { failureOf } from '../state/act.ts';
import { Failure } from './failure.tsx';

interface Props<P> {
  load: () => Promise<{ default: ComponentType<P> }>;
  props: P;
}

/** A part of the page that is loaded when it is first looked at. */
export function Late<P extends object>({ load, props }: Props<P>) {
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
  if (part.load !== load) return null;
  if (part.error) return <Failure why={{ ...failureOf(part.error), hint: 'Load the page again.' }} />;
  return part.shown ? <part.shown {...props} /> : null;
}
