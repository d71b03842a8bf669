import {randomBytes} from 'node:crypto';
import {readFile, stat} from 'node:fs/promises';
import {extname} from 'node:path';
import type {Study} from '../core/study';
import {OUTPUT_SCHEME, outputPolicy} from './security';

/** What an HTML output may consist of: itself and its pictures. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.svg': 'image/svg+xml',
};

/** Largest file shown this way, in bytes; larger ones are for the user's own programs. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The origins on which HTML outputs are shown, apart from the window's own. */
export interface OutputOrigins {
  /** Address of an output. */
  address(studyDir: string, path: string): string;
  /** Answers `study-output://<token>/<path>`. */
  answer(request: Request): Promise<Response>;
}

/** Serves known outputs of open studies and nothing else; tokens are drawn anew at each start. */
export function createOutputOrigins(studyOf: (dir: string) => Study | null): OutputOrigins {
  const dirs = new Map<string, string>();
  const tokens = new Map<string, string>();

  function tokenOf(dir: string): string {
    const known = tokens.get(dir);
    if (known !== undefined) return known;
    const token = randomBytes(16).toString('hex');
    tokens.set(dir, token);
    dirs.set(token, dir);
    return token;
  }

  async function knownOutput(url: URL): Promise<{file: string; type: string} | null> {
    const dir = dirs.get(url.hostname);
    const study = dir === undefined ? null : studyOf(dir);
    if (study === null) return null;
    const path = decodeURIComponent(url.pathname.slice(1));
    const type = MEDIA_TYPES[extname(path).toLowerCase()];
    if (type === undefined) return null;
    const listing = await study.outputs.list();
    if (!listing.ok) return null;
    const {outputs, orphans} = listing.value;
    if (![...outputs, ...orphans].some((output) => output.path === path)) return null;
    const file = await study.project.resolveFile(path);
    return file.ok ? {file: file.value, type} : null;
  }

  return {
    address: (studyDir, path) =>
      `${OUTPUT_SCHEME}://${tokenOf(studyDir)}/${path.split('/').map(encodeURIComponent).join('/')}`,
    async answer(request) {
      const refusal = new Response(null, {status: 404});
      try {
        const known = await knownOutput(new URL(request.url));
        if (known === null || (await stat(known.file)).size > MAX_BYTES) return refusal;
        return new Response(await readFile(known.file), {
          headers: {
            'content-type': known.type,
            'content-security-policy': outputPolicy(),
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
            'cache-control': 'no-store',
          },
        });
      } catch {
        return refusal;
      }
    },
  };
}
