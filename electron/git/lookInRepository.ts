import {lstat} from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';
import {readBeginning} from '../files/openFile';
import {remoteLook} from './gitGlance';
import {inStudy, openRepository, type StudyRepository} from './openRepository';
import {apartIn, stateIn, treeIn} from './lookInWorkTree';
import type {GitHead, HeadFile, RepositoryLook, RepositoryQuestion} from './repositoryLook';
import {changesIn, filesOf, kindOf} from './workTree';

const POINTER = 'version https://git-lfs.github.com/spec/';
/** Longer files are no pointers. */
const POINTER_BYTES = 1024;

/** Answers `lookAtRepository`, in the thread that calls it. */
export async function lookInRepository(
  question: RepositoryQuestion,
  onHead: (head: GitHead) => void,
) {
  const opened = await openRepository(question.studyDir);
  if (opened === null) return null;
  if (question.kind === 'apart') return apartIn(opened, question.name);
  if (question.kind === 'tree') return treeIn(opened);
  if (question.kind === 'all') return allIn(opened, question);
  onHead({branch: opened.branch, commit: opened.commit});
  return stateIn(opened);
}

async function allIn(
  opened: StudyRepository,
  {studyDir, paths}: RepositoryQuestion & {readonly kind: 'all'},
): Promise<RepositoryLook> {
  const {folder, repository, prefix, branch, commit} = opened;
  const inRepository = (file: string): string => (prefix === '' ? file : `${prefix}/${file}`);
  const ignoredOf = async (files: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const file of files)
      if (await git.isIgnored({...repository, filepath: inRepository(file)})) found.push(file);
    return found;
  };
  const ignored = await ignoredOf(paths);
  const remote = await remoteLook(opened);
  if (commit === null)
    return {
      ...{prefix, branch, commit, ignored, files: [], changes: [], trackedIgnored: []},
      ...{pointers: [], remote},
    };
  const files = await headFiles(repository, studyDir, commit, prefix);
  return {
    prefix,
    branch,
    commit,
    files,
    changes: await changesIn(repository, {folder, commit, prefix, isLeftOut: () => false}),
    trackedIgnored: await ignoredOf(files.map((file) => file.path)),
    ignored,
    pointers: await pointersOf(repository, studyDir, files, commit, inRepository),
    remote,
  };
}

type Repository = StudyRepository['repository'];

async function headFiles(
  repository: Repository,
  studyDir: string,
  commit: string,
  prefix: string,
): Promise<readonly HeadFile[]> {
  const files: HeadFile[] = [];
  for (const [name, entry] of await filesOf(repository, commit, prefix)) {
    const [file, kind] = [inStudy(name, prefix), kindOf(entry)];
    if (kind === 'submodule') files.push({path: file, kind, bytes: null, target: null});
    else
      files.push({
        ...{path: file, kind},
        bytes: await lstat(path.join(studyDir, file)).then(
          ({size}) => size,
          () => null,
        ),
        target:
          kind === 'link'
            ? Buffer.from((await git.readBlob({...repository, oid: entry.oid})).blob).toString()
            : null,
      });
  }
  return files;
}

/** Files that are pointers in the folder; and where LFS has fetched their content, those that are pointers in the commit. */
async function pointersOf(
  repository: Repository,
  studyDir: string,
  files: readonly HeadFile[],
  commit: string,
  inRepository: (file: string) => string,
): Promise<readonly string[]> {
  const blobs = files.filter(({kind}) => kind === 'file');
  const usesLfs = await Promise.all(
    blobs
      .filter((file) => /(?:^|\/)\.gitattributes$/.test(file.path))
      .map(async (file) => (await beginningOf(studyDir, file.path, 65_536)).includes('filter=lfs')),
  );
  const isPointer = async (file: HeadFile): Promise<boolean> => {
    if (file.bytes !== null && file.bytes <= POINTER_BYTES) {
      if ((await beginningOf(studyDir, file.path, POINTER_BYTES)).startsWith(POINTER)) return true;
    }
    if (!usesLfs.includes(true)) return false;
    const {blob} = await git.readBlob({
      ...repository,
      oid: commit,
      filepath: inRepository(file.path),
    });
    return blob.length <= POINTER_BYTES && Buffer.from(blob).toString('latin1').startsWith(POINTER);
  };
  const found: string[] = [];
  for (const file of blobs) if (await isPointer(file)) found.push(file.path);
  return found;
}

async function beginningOf(studyDir: string, file: string, bytes: number): Promise<string> {
  const read = await readBeginning(path.join(studyDir, file), bytes).catch(() => null);
  return read === null ? '' : read.bytes.toString('latin1');
}
