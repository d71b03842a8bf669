import {execFile} from 'node:child_process';
import {mkdtemp, rm, stat, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {writeFileAtomically} from '../files/writeAtomically';
import {readText} from '../files/openFile';

const run = promisify(execFile);

const DEFAULT_REPOSITORY = 'https://github.com/opensafely/server-instructions.git';
/** A copy younger than this is used without asking again (RULES "Stata licence"). */
const FRESH_MS = 2 * 60 * 60 * 1000;
const CLONE_MS = 60_000;

/** Where a licence is looked for; passed in by tests. */
export interface StataLicenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that the reference keeps its copy in, shared with it. */
  readonly cacheFile: string;
  readonly now: () => number;
}

/** Of this computer. */
function usualStataSources(): StataLicenceSources {
  return {
    env: process.env,
    cacheFile: path.join(os.tmpdir(), 'opensafely-stata.lic'),
    now: Date.now,
  };
}

/**
 * The Stata licence, by the reference's order: STATA_LICENSE, a fresh copy, the private repository (with the user's own
 * git, whose login it needs), an old copy. Null where none can be had. Never logged.
 */
export async function findStataLicence(
  sources: StataLicenceSources = usualStataSources(),
): Promise<string | null> {
  const given = sources.env['STATA_LICENSE'];
  if (given !== undefined && given !== '') return given;
  const cached = await readCopy(sources.cacheFile);
  if (cached !== null && sources.now() - cached.mtimeMs < FRESH_MS) return cached.text;
  const fetched = await fetchLicence(sources.env);
  if (fetched !== null) {
    // a copy that can't be kept, e.g. beside another user's, only means to ask again next time
    await writeFileAtomically(sources.cacheFile, fetched, 0o600).catch(() => undefined);
    return fetched.trim();
  }
  if (cached === null) return null;
  const seconds = sources.now() / 1000;
  await utimes(sources.cacheFile, seconds, seconds).catch(() => undefined);
  return cached.text;
}

async function readCopy(file: string): Promise<{text: string; mtimeMs: number} | null> {
  try {
    const [text, {mtimeMs}] = await Promise.all([readText(file), stat(file)]);
    return text.trim() === '' ? null : {text: text.trim(), mtimeMs};
  } catch {
    return null;
  }
}

/** A shallow clone over https without asking for a password, else over ssh. */
async function fetchLicence(env: StataLicenceSources['env']): Promise<string | null> {
  const url = env['STATA_LICENSE_REPO'] ?? DEFAULT_REPOSITORY;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'study-desk-stata-'));
  try {
    for (const [index, address] of [url, sshForm(url)].entries()) {
      if (address === null) continue;
      const target = path.join(folder, String(index));
      const cloned = await run('git', ['clone', '--depth=1', '--quiet', address, target], {
        timeout: CLONE_MS,
        windowsHide: true,
        env: {
          ...process.env,
          GIT_TERMINAL_PROMPT: '0',
          GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=10',
        },
      }).then(
        () => true,
        () => false,
      );
      const text = cloned ? await readText(path.join(target, 'stata.lic')).catch(() => null) : null;
      if (text !== null && text.trim() !== '') return text;
    }
    return null;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** `git@host:owner/name.git`; null where the address is not an https one. */
function sshForm(url: string): string | null {
  const [, host, repository] = /^https:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  return host === undefined || repository === undefined ? null : `git@${host}:${repository}`;
}
