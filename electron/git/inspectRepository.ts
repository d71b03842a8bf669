import type {GitState} from '../../shared/run';
import {glanceOf} from './gitGlance';
import {isMetadata, openRepository} from './openRepository';
import {changesIn} from './workTree';

/**
 * Branch, commit and changed files of the repository a study belongs to; null where it belongs to none.
 * `onHead` gets branch and commit before the files, which can take long in a large folder.
 */
export async function inspectRepository(
  studyDir: string,
  onHead: (head: Pick<GitState, 'branch' | 'commit'>) => void = () => undefined,
): Promise<GitState | null> {
  const opened = await openRepository(studyDir);
  if (opened === null) return null;
  const {folder, repository, prefix, branch, commit} = opened;
  onHead({branch, commit});
  try {
    const isLeftOut = (file: string): boolean => isMetadata(file, prefix);
    const changes = await changesIn(repository, {folder, commit, prefix, isLeftOut});
    const untracked = changes.filter(({change}) => change === 'untracked').length;
    const glance = {...(await glanceOf(repository, folder, branch, commit)), untracked};
    return {branch, commit, dirtyFiles: changes.map(({path: file}) => file), glance};
  } catch {
    // an index or object that can't be read, or one that is being written just now
    return {branch, commit, dirtyFiles: [], dirtyFilesUnknown: true};
  }
}
