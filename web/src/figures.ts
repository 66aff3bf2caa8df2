import { roundDuration, roundSize } from './engine.ts';

/** A share for people: `0 %`, `0.4 %`, `37 %`. @param share from 0 on, 1 is all of it */
export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.95 ? value.toFixed(1) : Math.round(value)} %`;
}

/** Bytes as `1.5 G`, for places where figures stand below each other. */
export function size(bytes: number | undefined): string {
  return bytes === undefined ? '' : roundSize(bytes).replace(/([A-Z])$/, '\u202f$1');
}

/** Time that went by, to the minute once there is one: `now`, `12s`, `7m`, `2h 4m`. @param ms milliseconds */
export function since(ms: number): string {
  const unit = ms < 60_000 ? 1000 : 60_000;
  return ms < 1000 ? 'now' : roundDuration(Math.max(1000, Math.floor(ms / unit) * unit));
}

/** `3 machines`, `1 machine`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** When something was, for people: the time today, else the day. @param now milliseconds since 1970 */
export function moment(iso: string | undefined, now = Date.now(), { seconds = false } = {}): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const time = date.toTimeString().slice(0, seconds ? 8 : 5);
  const day = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return day(date) === day(new Date(now)) ? time : `${day(date)} ${time}`;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** The points of a line in a box, newest at its right edge. @param values from 0 to 1 */
export function sparkline(
  values: readonly number[],
  { width, height, room }: { width: number; height: number; room: number },
): string {
  const step = width / (room - 1);
  const start = width - (values.length - 1) * step;
  return values
    .map((value, at) => {
      const y = height - 1 - Math.min(1, Math.max(0, value)) * (height - 2);
      return `${(start + at * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
