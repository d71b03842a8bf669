import {randomBytes} from 'node:crypto';
import {extname} from 'node:path';
import {readRegularFile} from '../files/openFile';
import type {Study} from '../core/study';
import {OUTPUT_SCHEME, outputPolicy} from './security';

/** What an HTML output may consist of: itself and its pictures. */
export const OUTPUT_MEDIA_TYPES: Readonly<Record<string, string>> = {
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
export type OutputOrigins = ReturnType<typeof createOutputOrigins>;

/** What a token stands for: a study, and the one output of it whose scripts run there. */
interface Origin {
  readonly dir: string;
  readonly scriptsOf: string | null;
}

/** Serves known outputs of open studies and nothing else; tokens are drawn anew at each start. */
export function createOutputOrigins(studyOf: (dir: string) => Study | null) {
  const tokens = new Map<string, string>();
  const origins = new Map<string, Origin>();

  function tokenOf(origin: Origin): string {
    const key = JSON.stringify([origin.dir, origin.scriptsOf]);
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const token = randomBytes(16).toString('hex');
    tokens.set(key, token);
    origins.set(token, origin);
    return token;
  }

  async function knownOutput({dir}: Origin, path: string): Promise<string | null> {
    const file = await studyOf(dir)?.outputs.fileOf(path, 'show');
    return file?.ok === true ? file.value : null;
  }

  return {
    /** Address of an output; the one with scripts is another origin, for this file alone. */
    address(studyDir: string, path: string, withScripts: boolean): string {
      const token = tokenOf({dir: studyDir, scriptsOf: withScripts ? path : null});
      return `${OUTPUT_SCHEME}://${token}/${path.split('/').map(encodeURIComponent).join('/')}`;
    },
    /** Answers `study-output://<token>/<path>`. */
    async answer(request: Request): Promise<Response> {
      const refusal = new Response(null, {status: 404});
      try {
        const url = new URL(request.url);
        const path = decodeURIComponent(url.pathname.slice(1));
        const type = OUTPUT_MEDIA_TYPES[extname(path).toLowerCase()];
        const origin = origins.get(url.hostname);
        if (origin === undefined || type === undefined) return refusal;
        const file = await knownOutput(origin, path);
        if (file === null) return refusal;
        return new Response(await readRegularFile(file, MAX_BYTES), {
          headers: {
            'content-type': type,
            'content-security-policy': outputPolicy(origin.scriptsOf === path),
            'x-content-type-options': 'nosniff',
            'x-dns-prefetch-control': 'off',
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
