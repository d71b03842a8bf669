import {execFile} from 'node:child_process';
import {userInfo} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import git from 'isomorphic-git';
import {gitFiles} from './repositoryFiles';

const run = promisify(execFile);

/** Makes a folder a repository with one commit of all its files that git does not ignore; answers that, and who it is by. */
export async function commitAll(
  dir: string,
  message: string,
): Promise<{readonly commit: string; readonly author: string; readonly isKnown: boolean}> {
  const repository = {fs: gitFiles, dir, cache: {}};
  await git.init({...repository, defaultBranch: 'main'});
  await git.add({...repository, filepath: '.'});
  const name = await identity(dir, 'name');
  const email = await identity(dir, 'email');
  const fallback = userInfo().username;
  const author = {name: name ?? fallback, email: email ?? `${fallback}@localhost`};
  const commit = await git.commit({...repository, message, author});
  return {
    commit,
    author: `${author.name} <${author.email}>`,
    isKnown: name !== null && email !== null,
  };
}

/** As git itself would sign: what the environment says, else the user's settings; null where neither says it. */
export async function identity(dir: string, part: 'name' | 'email'): Promise<string | null> {
  const given = process.env[`GIT_AUTHOR_${part.toUpperCase()}`] ?? '';
  if (given !== '') return given;
  const read = await run('git', ['-C', dir, 'config', '--get', `user.${part}`], {
    timeout: 10_000,
    windowsHide: true,
  }).catch(() => null);
  const value = read?.stdout.trim() ?? '';
  return value === '' ? null : value;
}

/** Whether git ignores a path of a folder, by the files in it that say so. */
export function ignoredIn(dir: string): (file: string) => Promise<boolean> {
  return (file) =>
    git.isIgnored({
      fs: gitFiles,
      dir,
      filepath: file.split(path.sep).join('/'),
    });
}
