import type { ErrorCode, ErrorDetails } from '../base/error-table.ts';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { mapTexts } from './host-paths.ts';
import { imageNotFound, machineNotFound, type View } from './view.ts';

/** An error as somebody may see it who is not the administrator. What no error of ours is keeps its cause for the log. */
export function shownError(error: unknown, view: View): Error {
  if (!isVivariumError(error)) {
    const said = error instanceof Error ? error.message : String(error);
    return new Error(view.veil.host(said), { cause: error });
  }
  if (isVivariumError(error, 'machine-not-found')) return machineNotFound(view, error.details.name);
  if (isVivariumError(error, 'image-not-found')) return imageNotFound(view, error.details.name);
  // Made anew of what may be seen: message and hint are worded from nothing else.
  return new VivariumError(error.code, withoutPaths(error.code, withoutNames(error, view), view));
}

function withoutNames(error: VivariumError, { machine, image }: View): ErrorDetails<ErrorCode> {
  const theirs = (names: readonly string[]) => {
    const seen = names.filter((name) => machine(name.split('@')[0] as string));
    return seen.length > 0 ? seen : ['others'];
  };
  if (isVivariumError(error, 'machine-in-use') || isVivariumError(error, 'snapshot-in-use')) {
    return { ...error.details, users: theirs(error.details.users) };
  }
  if (isVivariumError(error, 'image-in-use')) return { ...error.details, by: theirs(error.details.by) };
  if (isVivariumError(error, 'subject-unknown')) {
    return { ...error.details, similar: error.details.similar.filter(image) };
  }
  return error.details;
}

/** Details that are a guest's words, whose paths are its own; so are the `lines` of all errors. */
const guests: Partial<Record<ErrorCode, readonly string[]>> = {
  'share-mounted': ['path'],
  'agent-failed': ['said'],
};

function withoutPaths(
  code: ErrorCode,
  details: ErrorDetails<ErrorCode>,
  { veil }: View,
): ErrorDetails<ErrorCode> {
  const entries = Object.entries(details).map(([key, value]) => {
    const guest = key === 'lines' || guests[code]?.includes(key);
    return [key, mapTexts(value, guest ? veil.guest : veil.host)];
  });
  return Object.fromEntries(entries);
}
