import { mkdirSync, statfsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { roundSize } from '../base/sizes.ts';
import { failed, get, Passing, type Patience, type Reply, shown } from '../host/http.ts';
import { retrying } from '../host/retrying.ts';
import {
  type DownloadState,
  discard,
  newState,
  partLength,
  partPath,
  readState,
  writeState,
} from './download-state.ts';

/** Bytes that nothing which is pulled may have. */
const largest = 2 ** 38;

export interface Download {
  url: URL;
  /** Is ours alone while it is locked; what an earlier download has left in it is gone on with. */
  directory: string;
  /** What it is, for people. */
  label: string;
  /** It may not be redirected from https to http: nothing else tells whether it is what it ought to be. */
  secure?: boolean;
  patience: Patience;
}

/**
 * Downloads a file. When it is interrupted or the connection is lost, what has come is kept, and the next try goes on
 * from there, if the server has the same file still; else it begins anew.
 * @throws `download-failed`, `disk-full`, `interrupted`, `timeout`
 */
export async function download(scope: Scope, it: Download): Promise<void> {
  mkdirSync(it.directory, { recursive: true });
  try {
    await retrying(
      scope,
      it.url,
      it.patience,
      () => goOn(scope, it),
      () => partLength(it.directory),
    );
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    discard(it.directory);
    throw noRoom(it, error);
  }
}

/** One connection. */
async function goOn(scope: Scope, it: Download): Promise<void> {
  const state = readState(it.directory);
  const validator = state?.etag ?? state?.lastModified;
  // What is linked to from elsewhere has become an image: nothing may be added to that.
  if (
    validator === undefined ||
    (statSync(partPath(it.directory), { throwIfNoEntry: false })?.nlink ?? 1) > 1
  )
    discard(it.directory);
  const have = partLength(it.directory);
  const { patience, secure } = it;
  const ask = have > 0 ? { range: `bytes=${have}-`, 'if-range': validator } : {};
  const reply = await get(it.url, ask, { patience, secure, signal: scope.signal });
  try {
    if (state && reply.status === 206 && continues(reply, have, state))
      return await receive(scope, it, reply, have, state);
    if (reply.status === 416 && contentRange(reply)?.total === have && have === state?.length) return;
    if (reply.status === 206 || reply.status === 416) {
      discard(it.directory);
      throw new Passing('the file has changed there');
    }
    if (reply.status !== 200) throw refused(it.url, reply);
    discard(it.directory);
    await receive(scope, it, reply, 0, newState(it.url, reply));
  } finally {
    reply.close();
  }
}

async function receive(
  scope: Scope,
  it: Download,
  reply: Reply,
  have: number,
  state: DownloadState,
): Promise<void> {
  const of = state.length ?? contentRange(reply)?.total;
  if (of !== undefined && of > largest) throw failed(it.url, `it is larger than ${roundSize(largest)}`);
  if (of !== undefined && of - have > freeBytes(it.directory)) {
    discard(it.directory);
    throw noRoom(it);
  }
  writeState(it.directory, state);
  const text = `Downloading ${it.label}`;
  const amount = (done: number) => ({ done, ...(of !== undefined && { of }) });
  await using handle = await open(partPath(it.directory), 'a');
  let done = have;
  scope.step(text, amount(done));
  for await (const chunk of reply.body) {
    done += chunk.length;
    if (done > (of ?? largest)) throw failed(it.url, 'more comes than the server has announced');
    await handle.appendFile(chunk);
    scope.step(text, amount(done));
  }
  if (of !== undefined && done < of)
    throw new Passing(`the connection ended after ${roundSize(done)} of ${roundSize(of)}`);
  writeState(it.directory, { ...state, length: done });
}

/** Whether what comes goes on where we are, in the same file. */
function continues(reply: Reply, have: number, state: DownloadState): boolean {
  const range = contentRange(reply);
  const { etag, 'last-modified': modified } = reply.headers;
  return (
    range?.start === have &&
    (range.total === undefined || state.length === undefined || range.total === state.length) &&
    (etag === undefined || state.etag === undefined || etag === state.etag) &&
    (modified === undefined || state.lastModified === undefined || modified === state.lastModified)
  );
}

// RFC 9110, 14.4: `bytes 100-199/200`, `bytes 100-199/*`, and of an answer 416 `bytes */200`.
function contentRange(reply: Reply): { start: number | undefined; total: number | undefined } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(reply.headers['content-range'] ?? '');
  if (!match) return undefined;
  const [, start, total] = match;
  return {
    start: start === undefined ? undefined : Number(start),
    total: total === '*' ? undefined : Number(total),
  };
}

function refused(url: URL, { status }: Reply): Error {
  const busy = status === 408 || status === 429 || status >= 500;
  const problem = `the server answers with ${status}${status === 404 ? ' (not found)' : ''}`;
  return busy ? new Passing(problem) : failed(url, problem);
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

function noRoom(it: Download, cause?: unknown): VivariumError<'disk-full'> {
  const doing = `downloading ${shown(it.url)}`;
  return new VivariumError('disk-full', { path: it.directory, doing }, { cause });
}
