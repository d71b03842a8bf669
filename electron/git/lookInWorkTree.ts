import git from 'isomorphic-git';
import {underWayIn} from './gitGlance';
import {inStudy, isMetadata, openRepository} from './openRepository';
import {findCommit} from './readCommitted';
import {changesIn, filesOf} from './workTree';
import type {CommitApart, WorkTree, WorkTreeQuestion} from './workTreeLook';

/** The look of `lookAtWorkTree`, in the thread that calls it. */
export async function lookInWorkTree(
  question: WorkTreeQuestion,
): Promise<WorkTree | CommitApart | null> {
  const {studyDir} = question;
  const opened = await openRepository(studyDir);
  if (opened === null) return null;
  const {folder, repository, prefix, branch, commit} = opened;
  const isLeftOut = (file: string): boolean => isMetadata(file, prefix);
  if (question.kind === 'apart') {
    const found = await named(studyDir, question.name);
    if (found === null) return null;
    const before = commit === null ? null : await filesOf(repository, commit, prefix);
    const after = await filesOf(repository, found, prefix);
    const files = [...new Set([...(before?.keys() ?? []), ...after.keys()])].filter((file) => {
      const [one, other] = [before?.get(file), after.get(file)];
      return !isLeftOut(file) && (one?.oid !== other?.oid || one?.mode !== other?.mode);
    });
    return {commit: found, files: files.map((file) => inStudy(file, prefix)).sort()};
  }
  const shared = {...repository, gitdir: folder.commonDir};
  const branches = new Set(await git.listBranches(shared).catch(() => []));
  for (const {remote} of await git.listRemotes(shared).catch(() => []))
    for (const each of await git.listBranches({...shared, remote}).catch(() => []))
      if (each !== 'HEAD') branches.add(each);
  return {
    branch,
    commit,
    branches: [...branches].sort(),
    underWay: await underWayIn(folder),
    files: await changesIn(repository, {folder, commit, prefix, isLeftOut}),
  };
}

/** A branch of here, else the one of that name elsewhere, as git takes it. */
async function named(studyDir: string, name: string): Promise<string | null> {
  for (const each of [name, `origin/${name}`]) {
    const found = await findCommit(studyDir, each);
    if (found.ok) return found.value.commit;
  }
  return null;
}
