import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { roundSize } from '../base/sizes.ts';
import { claim } from '../host/claim.ts';
import { crashPoint } from '../host/crash-point.ts';
import { type Digest, digestFile } from '../host/digest.ts';
import { checkUrl, fileNameIn, type Patience, shown, usualPatience } from '../host/http.ts';
import { type BuildRequest, buildImage } from './build.ts';
import { type Catalogue, entryFor, factsOf, findEntry, type Told } from './catalogue.ts';
import { fillFrom } from './content.ts';
import type { DiskFacts } from './disk-content.ts';
import { download } from './download.ts';
import { discard, isWhole, partLength, partPath } from './download-state.ts';
import { downloadsDirectory } from './files.ts';
import { nameFor } from './image-name.ts';
import { findOffer, type Offer } from './publisher.ts';
import { checkReplaceable, type UsersOf } from './replace.ts';
import { findImage, type Image } from './store.ts';

/** To be raised when this code makes something else of the same file. */
const format = 1;

export interface PullRequest {
  vmdir: string;
  cache: string;
  catalogue: Catalogue;
  /** A name of the catalogue, or a URL. */
  from: string;
  told: Told & { sha256?: string | undefined };
  usersOf: UsersOf;
  patience?: Patience;
}

/** What is to be downloaded, and what becomes of it. */
interface Plan {
  name: string;
  url: URL;
  digest: Digest | undefined;
  facts: DiskFacts;
  /** By which a newer one of the same thing is told. */
  origin: Record<string, string>;
}

/**
 * Downloads an image that the catalogue knows or that lies at a URL, compares its digest with the publisher's, and
 * makes it into an image as an import does. The same URL with the same digest gives the image that is there.
 * @throws `catalogue-unknown`, `download-failed`, `digest-wrong`, `image-exists`, `image-in-use`, and what `fillFrom`
 * and `buildImage` throw
 */
export async function pull(scope: Scope, request: PullRequest): Promise<Image> {
  const { vmdir, cache, usersOf, patience = usualPatience } = request;
  const began = Date.now();
  const plan = await makePlan(scope, request, patience);
  const { name, url, origin } = plan;
  const there = sameImage(vmdir, plan, began);
  if (there) return there;
  checkReplaceable(vmdir, name, { origin, usersOf });
  const directory = join(cache, downloadsDirectory, sha256(url.href).slice(0, 32));
  using _held = await claim(scope, directory, `another download of ${shown(url)}`);
  const meanwhile = sameImage(vmdir, plan, began);
  if (meanwhile) return meanwhile;
  const digest = await load(scope, plan, directory, patience);
  crashPoint('pull: loaded');
  const source = { file: partPath(directory), label: shown(url), ours: true };
  const inputs = inputsOf(plan, digest);
  const build: BuildRequest = { vmdir, name, inputs, rebuild: false, replaceable: { origin, usersOf } };
  const image = await buildImage(scope, build, (building) =>
    fillFrom(scope, building, source, { name, facts: plan.facts, origin: sourceOf(plan, digest) }),
  ).catch((error) => {
    if (isRefusal(error)) discard(directory); // it would be the same the next time
    throw error;
  });
  rmSync(directory, { recursive: true, force: true });
  return image;
}

async function makePlan(
  scope: Scope,
  { from, catalogue, told }: PullRequest,
  patience: Patience,
): Promise<Plan> {
  const known = /^[a-z][a-z0-9+.-]*:/i.test(from) ? undefined : findEntry(catalogue, from);
  const offer: Offer = known
    ? await findOffer(scope, known, patience)
    : { url: checkUrl(from), digest: undefined };
  const file = fileNameIn(offer.url);
  const sha256 = told.sha256?.toLowerCase();
  return {
    name: told.name ?? (known ? from : nameFor(file)),
    url: offer.url,
    digest: sha256 === undefined ? offer.digest : { algorithm: 'sha256', hex: sha256 },
    facts: factsOf(known ?? entryFor(catalogue, file), told),
    origin: known ? { catalogue: from } : { url: shown(offer.url) },
  };
}

/** Loads the file and compares its digest. @returns that, or the one found where none is known */
async function load(
  scope: Scope,
  { name, url, digest }: Plan,
  directory: string,
  patience: Patience,
): Promise<Digest> {
  const { algorithm } = digest ?? { algorithm: 'sha256' };
  const file = partPath(directory);
  if (digest && isWhole(directory) && (await digestOf(scope, file, name, algorithm)) === digest.hex)
    return digest;
  try {
    await download(scope, { url, directory, label: name, patience, secure: !digest });
  } catch (error) {
    const size = partLength(directory);
    if (size > 0) scope.warn(`${roundSize(size)} of ${name} are kept: the next pull goes on from there.`);
    throw error;
  }
  const hex = await digestOf(scope, file, name, algorithm);
  if (!digest) {
    scope.warn(
      `No digest is known of ${shown(url)}: what came is taken as it is. Its sha256 is ${hex}; next time: --sha256 ${hex}`,
    );
  } else if (hex !== digest.hex) {
    discard(directory);
    throw new VivariumError('digest-wrong', {
      what: shown(url),
      algorithm,
      expected: digest.hex,
      found: hex,
    });
  }
  return { algorithm, hex };
}

async function digestOf(
  scope: Scope,
  file: string,
  name: string,
  algorithm: Digest['algorithm'],
): Promise<string> {
  const text = `Comparing the digest of ${name}`;
  const of = statSync(file).size;
  const told = (done: number) => scope.step(text, { done, of });
  return (await digestFile(scope, file, algorithm, { told })).hex;
}

/** The image that is there already; without a digest the one that another pull has made since this one `began`. */
function sameImage(vmdir: string, plan: Plan, began: number): Image | undefined {
  const image = findImage(vmdir, plan.name);
  if (image === undefined || image === 'broken') return undefined;
  if (plan.digest) return image.inputs === inputsOf(plan, plan.digest) ? image : undefined;
  return image.source.url === shown(plan.url) && Date.parse(image.made) > began ? image : undefined;
}

function sourceOf({ origin, url }: Plan, { algorithm, hex }: Digest): Record<string, string> {
  return { ...origin, url: shown(url), [algorithm]: hex };
}

function inputsOf({ url, facts }: Plan, digest: Digest): string {
  return sha256(JSON.stringify([format, url.href, digest, facts]));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function isRefusal(error: unknown): boolean {
  return (['not-an-image', 'image-unsafe', 'image-unreadable'] as const).some((code) =>
    isVivariumError(error, code),
  );
}
