import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VivariumError } from '../base/errors.ts';
import { packageFile } from '../host/package-files.ts';

/** What the page may do: run its own scripts, talk to where it came from, and nothing else (CSP level 3). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // The terminal makes style elements as it runs, for its colours and the size of its cells.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** A file of the page, as it is and packed; of a file whose name has its digest a browser asks once. */
interface PageFile {
  type: string;
  bytes: Buffer;
  packed: Buffer;
  lasting: boolean;
}

/**
 * The page. Its files are known beforehand, and only they are served: no path is looked for on the disk. Every address
 * of the page itself (`/machines/hello`) gets its one document.
 */
export function pageRoutes(app: FastifyInstance): void {
  const root = packageFile('dist/page');
  const files = existsSync(root) ? globSync('**/*', { cwd: root, withFileTypes: true }) : [];
  const read = new Map<string, PageFile>();
  const fileAt = (path: string): PageFile => {
    const known = read.get(path) ?? pageFile(root, path);
    read.set(path, known);
    return known;
  };
  for (const file of files) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name).slice(root.length + 1);
    if (path === 'index.html') continue;
    app.get(`/${path}`, open, async (request, reply) => send(request, reply, fileAt(path)));
  }
  const document = async (request: FastifyRequest, reply: FastifyReply) => {
    if (files.length === 0) throw new VivariumError('route-unknown', { method: 'GET', path: request.url });
    return send(request, reply, fileAt('index.html'));
  };
  for (const path of [
    '/',
    '/machines',
    '/machines/*',
    '/images',
    '/images/*',
    '/tokens',
    '/audit',
    '/make',
  ]) {
    app.get(path, open, document);
  }
}

/** Everybody may load the page, which shows nothing without a token. */
const open = { config: { open: true, rateLimit: false as const }, exposeHeadRoute: true };

function pageFile(root: string, path: string): PageFile {
  const bytes = readFileSync(join(root, path));
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    bytes,
    packed: gzipSync(bytes, { level: 9 }),
    lasting: path.startsWith('assets/'),
  };
}

function send(request: FastifyRequest, reply: FastifyReply, { type, bytes, packed, lasting }: PageFile) {
  const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  reply.headers({
    'content-type': type,
    'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    ...(packs && { 'content-encoding': 'gzip' }),
  });
  return reply.send(packs ? packed : bytes);
}
