import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {extname, join, normalize, sep} from 'node:path';
import {APP_ORIGIN} from '../ipc/ipcPort';
import {windowPolicy, type Framing} from './security';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  // what PDF documents without fonts of their own are drawn with
  '.pfb': 'application/octet-stream',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** The file below `folder` that an address of ours stands for; null for anything else. */
export function fileOfAddress(folder: string, url: string): string | null {
  let path: string;
  try {
    const address = new URL(url);
    if (`${address.protocol}//${address.host}` !== APP_ORIGIN) return null;
    path = decodeURIComponent(address.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(folder + sep) ? file : null;
}

/** The page with the nonce where the renderer looks for it (renderer/ui/styleNonce.ts). */
function withNonce(html: string, nonce: string): string {
  return html.replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}" />`);
}

/**
 * Answers `app://study-desk/…` from the built renderer, each page under its own strict policy.
 * `scriptServed` is called with each script: while the page runs it, this process has time for other things.
 */
export function createAppProtocol(
  folder: string,
  scriptServed: () => void = () => undefined,
  framing?: Framing,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const file = fileOfAddress(folder, request.url);
    const type = file === null ? undefined : MEDIA_TYPES[extname(file)];
    if (file === null || type === undefined) return new Response(null, {status: 404});
    try {
      const content = await readFile(file);
      const nonce = randomBytes(16).toString('base64');
      const headers = {
        'content-type': type,
        'content-security-policy': windowPolicy(nonce, framing),
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      };
      if (extname(file) === '.js') setImmediate(scriptServed);
      const isPage = extname(file) === '.html';
      return new Response(isPage ? withNonce(content.toString('utf8'), nonce) : content, {headers});
    } catch {
      return new Response(null, {status: 404});
    }
  };
}
