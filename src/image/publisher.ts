import type { Scope } from '../base/scope.ts';
import type { Digest } from '../host/digest.ts';
import { failed, get, Passing, type Patience } from '../host/http.ts';
import { retrying } from '../host/retrying.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { digestFor, parseChecksums } from './checksum-file.ts';
import { isPattern, newest } from './file-pattern.ts';

/** A file that a publisher offers now. */
export interface Offer {
  url: URL;
  digest: Digest | undefined;
}

/** Bytes that a list of digests or files may have. */
const largestText = 4 * 2 ** 20;

/**
 * Asks the publisher which file an entry of the catalogue means today, and what its digest is.
 * @throws `download-failed`, `interrupted`, `timeout`
 */
export async function findOffer(scope: Scope, entry: CatalogueEntry, patience: Patience): Promise<Offer> {
  const directory = new URL(entry.directory);
  const fetch = (name: string) => fetchText(scope, new URL(name, directory), patience);
  const listed = async (pattern: string): Promise<string> => {
    const found = newest(pattern, linksIn(await fetch('')));
    if (found === undefined) throw failed(directory, `nothing there is called ${pattern}`);
    return found;
  };
  const { file: wanted, checksums } = entry;
  if (checksums === undefined) {
    const file = isPattern(wanted) ? await listed(wanted) : wanted;
    return { url: new URL(encodeURIComponent(file), directory), digest: undefined };
  }
  let file = isPattern(wanted) ? undefined : wanted;
  if (checksums.includes('{file}')) file ??= await listed(wanted);
  const named = checksums.replaceAll('{file}', file ?? '');
  const list = isPattern(named) ? await listed(named) : named;
  const text = await fetch(encodeURIComponent(list));
  file ??= newest(wanted, parseChecksums(text).keys());
  // A list for one file alone may call it otherwise: openSUSE's has the name with the number of the build.
  const digest =
    file && (digestFor(text, file) ?? (checksums.includes('{file}') ? soleDigest(text) : undefined));
  if (!file || !digest) throw failed(new URL(list, directory), `it has no digest of ${file ?? wanted}`);
  return { url: new URL(encodeURIComponent(file), directory), digest };
}

function soleDigest(text: string): Digest | undefined {
  const digests = [...parseChecksums(text).values()];
  return digests.length === 1 ? digests[0] : undefined;
}

/** The names of the files that an index page links to. */
function linksIn(page: string): string[] {
  return [...page.matchAll(/href\s*=\s*["']?([^"'\s>]+)/gi)].flatMap(([, link = '']) => {
    const path = link.replace(/[?#].*$/, '').replace(/^.*\//, '');
    try {
      return [decodeURIComponent(path)];
    } catch {
      return []; // no such file could be asked for
    }
  });
}

async function fetchText(scope: Scope, url: URL, patience: Patience): Promise<string> {
  scope.step(`Asking ${url.host}`);
  return retrying(scope, url, patience, async () => {
    const reply = await get(url, {}, { patience, signal: scope.signal, secure: true });
    try {
      if (reply.status >= 500) throw new Passing(`the server answers with ${reply.status}`);
      if (reply.status !== 200) throw failed(url, `the server answers with ${reply.status}`);
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of reply.body) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > largestText) throw failed(url, 'it is too long for a list');
      }
      return Buffer.concat(chunks).toString();
    } finally {
      reply.close();
    }
  });
}
