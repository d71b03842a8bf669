import {mkdir, rm, symlink} from 'node:fs/promises';
import path, {join} from 'node:path';
import {type AppError, appError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {cacheFolder, ensureMetadataDir} from '../../files/metadataDir';
import {copyRegularFile, isThere, readText} from '../../files/openFile';
import {stageCode} from '../../files/stageCode';
import {checkOutCommit} from '../../git/checkOutCommit';
import {findCommit, type FoundCommit} from '../../git/readCommitted';
import {repositoryFault} from '../../git/repositoryFault';
import {seedLedger} from '../../provenance/seedLedger';
import {commitFolders} from '../../runs/runStore';
import {studyFolder, type StudyFolder} from '../../runs/studyFolder';
import {readProject} from '../../study/readProject';
import {expectedTier} from '../outputs/sensitiveFiles';
import type {Checkout} from '../studyState';

/** A clean checkout of a commit. */
export interface CommitCopy {
  /** Absolute; the study in it. */
  readonly dir: string;
  readonly checkout: Checkout;
}

/**
 * Checks a commit of a study out beside it, once: `metadata/study-desk/commits/ID` stays, with the outputs and records of what
 * runs there. It uses the study's cache, settings and limits, and knows what has succeeded before in the study and in its other
 * checkouts; nothing of the study itself is changed.
 */
export async function checkOutBeside(
  studyDir: string,
  ref: string,
): Promise<Result<CommitCopy, AppError>> {
  const found = await findCommit(studyDir, ref);
  if (!found.ok) return found;
  const {commit} = found.value;
  const study = studyFolder(studyDir);
  const dir = join(study.commits, commit);
  const others = (await commitFolders(study)).filter((each) => each.study !== dir);
  const relatives = [study, ...others];
  if (!(await isThere(dir))) {
    const made = await ensureMetadataDir(studyDir);
    if (!made.ok) return made;
    const copied = await checkOutFound(found.value, commit, dir);
    if (!copied.ok) return copied;
  } else {
    const edited = await editedFiles(found.value, dir);
    if (edited.length > 0) return err(wasEdited(commit, dir, edited));
  }
  try {
    await furnish(study, studyFolder(dir), relatives);
  } catch (error) {
    return err(
      fileSystemError(`The checkout of commit ${commit.slice(0, 7)} could not be prepared.`, error),
    );
  }
  return ok({dir, checkout: {ref, commit, relatives}});
}

/** Files of a checkout that somebody has changed or added; what its actions put out is no such file. */
async function editedFiles(
  {repository, prefix, commit}: FoundCommit,
  dir: string,
): Promise<readonly string[]> {
  const text = await readText(join(dir, 'project.yaml')).catch(() => '');
  const {project} = readProject(text);
  const isLeftOut = (file: string): boolean =>
    file.startsWith('metadata/') || expectedTier(project, file) !== null;
  const {notAsCommitted} = await import('../../git/workTree');
  const patterns = (project?.actions ?? []).flatMap(({outputs}) =>
    outputs.map(({pattern}) => pattern),
  );
  // what jobs would be given
  const staged = await stageCode(dir, patterns, undefined, 'keep');
  const present = (staged.ok ? staged.value.entries : []).filter(({kind}) => kind !== 'directory');
  // what can't be read was checked out whole before
  return notAsCommitted(
    repository,
    {commit, prefix, isLeftOut},
    dir,
    present.map(({path: file}) => file),
  ).catch(() => []);
}

function wasEdited(commit: string, dir: string, files: readonly string[]): AppError {
  return appError('file-system', `The checkout of commit ${commit.slice(0, 7)} was edited.`, {
    why: `${files.slice(0, 5).join(', ')} ${files.length === 1 ? 'is' : 'are'} not as the commit has it, so that what ran there would not be the commit’s.`,
    hint: `Take what you need out of ${dir} and remove it, as \`study-desk clean\` can: it is made anew.`,
  });
}

/** Writes the files of a commit, without its `metadata`, into a folder that is not there; half of it never stays. */
export async function checkOutFound(
  {folder, prefix}: Pick<FoundCommit, 'folder' | 'prefix'>,
  commit: string,
  target: string,
): Promise<Result<null, AppError>> {
  try {
    await checkOutCommit(folder.commonDir, commit, target, {prefix, without: 'metadata'});
    return ok(null);
  } catch (error) {
    // git's faults have codes too, which are words
    const message = `Commit ${commit.slice(0, 7)} can’t be checked out.`;
    if (/^E[A-Z]+$/.test(systemErrorCode(error) ?? '')) return err(fileSystemError(message, error));
    const fault = repositoryFault(error, message);
    return err({...fault, kind: 'not-found'});
  }
}

/** Gives a checkout what it shares with its study. */
async function furnish(
  study: StudyFolder,
  copy: StudyFolder,
  relatives: readonly StudyFolder[],
): Promise<void> {
  for (const name of ['settings', 'overrides'] as const) {
    await mkdir(copy.root, {recursive: true, mode: 0o700});
    await rm(copy[name], {force: true});
    await copyRegularFile(study[name], copy[name]).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
  }
  await seedLedger(
    copy.study,
    relatives.map((each) => each.study),
  );
  const [cache, link] = [cacheFolder(study.study), cacheFolder(copy.study)];
  await mkdir(cache, {recursive: true, mode: 0o700});
  if (await isThere(link)) return;
  await rm(link, {force: true});
  // by a way that holds when the study is moved; Windows knows none for folders
  const way = process.platform === 'win32' ? cache : path.relative(copy.root, cache);
  await symlink(way, link, 'junction');
}
