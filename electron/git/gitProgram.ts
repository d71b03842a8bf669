import {execFile} from 'node:child_process';
import {access} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {findGitFolder} from './gitFolder';

const run = promisify(execFile);

/** What the program git says of itself and of a study's repository. */
export interface GitProgram {
  /** E.g. `2.47.3`; null where there is none. */
  readonly version: string | null;
  /** It won't look into the repository, as the folder belongs to somebody else. */
  readonly distrusted: boolean;
  /** The study is in a repository. */
  readonly inRepository: boolean;
  /** What has been begun in the repository and not ended, e.g. `merge`. */
  readonly underWay: string | null;
}

/** What lies in a git folder while something is under way, as git itself recognises it. */
const UNDER_WAY = [
  ['merge', 'MERGE_HEAD'],
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['revert', 'REVERT_HEAD'],
  ['bisect', 'BISECT_LOG'],
] as const;

/** Asks git; never rejects, and takes no longer than the signal lets it. */
export async function lookAtGitProgram(
  dir: string | null,
  signal: AbortSignal,
): Promise<GitProgram> {
  const options = {signal, windowsHide: true, env: {...process.env, LC_ALL: 'C'}};
  const said = await run('git', ['--version'], options).catch(() => null);
  const version = said === null ? null : (/(\d+\.\d+(?:\.\d+)*)/u.exec(said.stdout)?.[1] ?? null);
  if (dir === null) return {version, distrusted: false, inRepository: false, underWay: null};
  const refusal =
    version === null
      ? ''
      : await run('git', ['-C', dir, 'rev-parse', '--git-dir'], options).then(
          () => '',
          (error: {stderr?: unknown}) => (typeof error.stderr === 'string' ? error.stderr : ''),
        );
  const folder = await findGitFolder(dir).catch(() => null);
  return {
    version,
    distrusted: /dubious ownership|safe\.directory/u.test(refusal),
    inRepository: folder !== null,
    underWay: folder === null ? null : await underWayIn(folder.gitDir),
  };
}

async function underWayIn(gitDir: string): Promise<string | null> {
  for (const [what, file] of UNDER_WAY) {
    const there = await access(path.join(gitDir, file)).then(
      () => true,
      () => false,
    );
    if (there) return what;
  }
  return null;
}
