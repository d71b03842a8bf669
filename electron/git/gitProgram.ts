import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {findGitFolder, underWayIn} from './gitFolder';

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
    underWay: folder === null ? null : await underWayIn(folder),
  };
}
