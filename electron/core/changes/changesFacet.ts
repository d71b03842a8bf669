import {rm} from 'node:fs/promises';
import {
  isKeptOut,
  type ChangedText,
  type StudyChange,
  type StudyChanges,
} from '../../../shared/change';
import type {changeRequests} from '../../../shared/contract/changeRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {readRegularFile} from '../../files/openFile';
import {resolveInStudy} from '../../files/studyPath';
import {lookAtGitProgram} from '../../git/gitProgram';
import {ownGit} from '../../git/ownGit';
import {repositoryFault} from '../../git/repositoryFault';
import {lookAtRepository, type WorkTree} from '../../git/repositoryLook';
import {expectedTier} from '../outputs/sensitiveFiles';
import type {StudyChecks} from '../provenance/provenanceFacet';
import type {StudyRuns} from '../runs/runsFacet';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {affectedBy} from './affected';
import {openVersion, sinceRun} from './sinceRun';
import {keepFiles, latestDiscard, noteDiscarded, putBack} from './discarded';

/** The study's repository: what is not committed, committing and discarding it, and other branches. */
export type ChangesFacet = FacetOf<typeof changeRequests>;

/** Larger files are not compared line by line. */
const MOST_TEXT = 4 * 1024 ** 2;

/** Creates it for a study. */
export function createChangesFacet(
  state: StudyState,
  others: {
    readonly checks: StudyChecks;
    readonly runs: Pick<StudyRuns, 'whileIdle'>;
    readonly read: () => Promise<unknown>;
  },
): ChangesFacet {
  const {dir, folder, context} = state;
  const {checks, runs} = others;

  const projectAt = (name: string) => async (): Promise<string | null> => {
    const bytes = await committed(dir, 'project.yaml', name);
    return bytes.ok && bytes.value !== null ? Buffer.from(bytes.value).toString('utf8') : null;
  };
  /** After the files of the study were changed here. */
  const lookAnew = async (): Promise<void> => {
    await others.read();
    await checks.look();
  };

  /** By project.yaml as it is now; null for what no action puts out. */
  const outputAt = (path: string): Pick<StudyChange, 'tier' | 'supplied'> => ({
    tier: expectedTier(state.snapshot().project, path),
    supplied: state.history.isSupplied(path),
  });
  const since = (action: string) =>
    sinceRun(state, checks, action, (path, commit) => committed(dir, path, commit));

  return {
    async list() {
      const now = await look(dir);
      if (!now.ok || now.value === null) return now.ok ? ok(null) : now;
      const {files, ...rest} = now.value;
      await others.read();
      const paths = files.map(({path}) => path);
      const [actions, {version}, committer, latest] = await Promise.all([
        affectedBy(state, checks, paths, projectAt('HEAD')),
        lookAtGitProgram(null, AbortSignal.timeout(5000)),
        committerOf(dir),
        latestDiscard(folder),
      ]);
      return ok({
        ...rest,
        files: files.map((file) => ({
          ...file,
          ...outputAt(file.path),
          actions: actions?.get(file.path) ?? (actions && []),
        })),
        program: version,
        committer,
        discarded: latest?.files.map(({path}) => path) ?? [],
      } satisfies StudyChanges);
    },
    text: ({path}) => textsOf(dir, path),
    async commit({paths, message, committer}) {
      if (message.trim() === '') return failWith('invalid-request', 'A commit needs a message.');
      const files = await chosen(dir, paths);
      if (!files.ok) return files;
      const refused = refusedOutputs(paths.map((path) => ({path, ...outputAt(path)})));
      if (refused !== null) return refused;
      return commitFiles(dir, files.value, message, committer);
    },
    discard: ({paths}) =>
      runs.whileIdle(async () => {
        const files = await chosen(dir, paths);
        if (!files.ok) return files;
        const kept = await keepFiles(folder, paths, context.now());
        if (!kept.ok) return kept;
        const discarded = await discard(dir, files.value);
        await noteDiscarded(dir, kept.value, paths);
        await lookAnew();
        return discarded;
      }),
    undoDiscard: () =>
      runs.whileIdle(async () => {
        const back = await putBack(folder);
        await lookAnew();
        return back;
      }),
    sinceRun: ({action}) => since(action),
    async openVersion({action}) {
      const found = await since(action);
      return found.ok ? openVersion(state, found.value) : found;
    },
    async previewSwitch({branch}) {
      try {
        const apart = await lookAtRepository({kind: 'apart', studyDir: dir, name: branch});
        if (apart === null) return failWith('not-found', `There is no branch ${branch}.`);
        const now = await look(dir);
        if (!now.ok) return now;
        const {commit, files} = apart;
        const users = await affectedBy(state, checks, files, projectAt(commit));
        const others = new Set(files);
        const changed = now.value?.files.map(({path}) => path) ?? [];
        return ok({
          ...{branch, commit, files},
          outOfDate: users === null ? null : [...new Set([...users.values()].flat())],
          inTheWay: changed.filter((path) => others.has(path)),
        });
      } catch (error) {
        return err(repositoryFault(error));
      }
    },
    switchBranch: ({branch}) =>
      runs.whileIdle(async () => {
        if (branch.startsWith('-')) return failWith('not-found', `There is no branch ${branch}.`);
        const done = await ownGit(dir, ['switch', '-q', branch]);
        await lookAnew();
        return done.ok ? ok(null) : done;
      }),
  };
}

/** Why no commit takes some of these files; null where it takes all. */
function refusedOutputs(
  files: readonly Pick<StudyChange, 'path' | 'tier' | 'supplied'>[],
): Result<never, AppError> | null {
  const keptOut = files.filter(isKeptOut);
  if (keptOut.length === 0) return null;
  const supplied = keptOut.filter((file) => file.supplied);
  const [what, some, why] =
    supplied.length === 0
      ? ([
          'outputs that are sensitive',
          keptOut,
          'outputs of this tier may hold what patients can be known by, and whoever reads the repository would read them.',
        ] as const)
      : ([
          'supplied outputs',
          supplied,
          'they were released to you alone, and no code of the study made them here.',
        ] as const);
  return failWith('invalid-request', `A commit does not take ${what}.`, {
    why: `${some.map(({path}) => path).join(', ')}: ${why}`,
    hint: 'Leave them out, and name their folder in .gitignore.',
  });
}

async function look(dir: string): Answer<WorkTree | null> {
  try {
    return ok(await lookAtRepository({kind: 'tree', studyDir: dir}));
  } catch (error) {
    return err(repositoryFault(error));
  }
}

/** Those of the changed files that are asked for, with what each is; an error where one is not as it was shown. */
async function chosen(dir: string, paths: readonly string[]): Answer<readonly StudyChange[]> {
  const now = await look(dir);
  if (!now.ok) return now;
  if (now.value === null) return err(NO_REPOSITORY);
  if (now.value.underWay !== null)
    return failWith('invalid-request', `A ${now.value.underWay} is under way in the repository.`, {
      why: 'It concerns all files that it could not join.',
      hint: 'End it with git, or with the program that began it.',
    });
  const known = new Map(now.value.files.map((file) => [file.path, file.change]));
  const files = paths.flatMap((path): readonly StudyChange[] => {
    const change = known.get(path);
    return change === undefined ? [] : [{path, change, actions: null, tier: null, supplied: false}];
  });
  if (paths.length > 0 && files.length === paths.length) return ok(files);
  return failWith('invalid-request', 'The files are not as they were shown.', {
    hint: 'Look at the changes again.',
  });
}

/** A file as the commit has it and as it is. */
async function textsOf(dir: string, path: string): Answer<ChangedText> {
  const target = resolveInStudy(dir, path);
  if (!target.ok) return target;
  const now = await readRegularFile(target.value, MOST_TEXT).then(
    (bytes) => ok(bytes),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? ok(null) : err(error)),
  );
  const before = await committed(dir, path, 'HEAD');
  if (!before.ok) return before;
  const isText = (bytes: Uint8Array | null): boolean =>
    bytes === null || (bytes.length <= MOST_TEXT && !bytes.includes(0));
  if (!now.ok || !isText(now.value) || !isText(before.value))
    return failWith('invalid-request', `${path} can’t be shown line by line.`, {
      why: 'It is no text, or larger than 4 MB.',
    });
  const words = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString('utf8');
  return ok({before: words(before.value), after: words(now.value)});
}

/** Null where the commit has no such file. */
async function committed(dir: string, path: string, name: string): Answer<Uint8Array | null> {
  const {readCommitted} = await import('../../git/readCommitted');
  try {
    const found = await readCommitted(dir, path, name);
    if (found.ok) return ok(found.value.bytes);
    return found.error.kind === 'not-found' ? ok(null) : found;
  } catch (error) {
    return err(repositoryFault(error));
  }
}

/** Commits files and no others; what stands in the way leaves all as it was. */
async function commitFiles(
  dir: string,
  files: readonly StudyChange[],
  message: string,
  committer: StudyChanges['committer'],
): Answer<string> {
  if (committer !== null)
    for (const [key, value] of [
      ['user.name', committer.name],
      ['user.email', committer.mail],
    ] as const) {
      const kept = await ownGit(dir, ['config', '--global', key, value]);
      if (!kept.ok) return kept;
    }
  // git commits only what it knows
  const fresh = files.flatMap(({path, change}) => (change === 'untracked' ? [path] : []));
  const added = fresh.length === 0 ? ok('') : await ownGit(dir, ['add', '-N'], fresh);
  if (!added.ok) return added;
  const made = await ownGit(
    dir,
    ['commit', '-q', '--only', '-m', message],
    files.map(({path}) => path),
  );
  if (!made.ok) {
    if (fresh.length > 0) await ownGit(dir, FORGET, fresh);
    return made;
  }
  return ownGit(dir, ['rev-parse', 'HEAD']);
}

/** Leaves files that no commit has to themselves again. */
const FORGET = ['rm', '-q', '--cached', '--force'];

/** Makes files as the commit has them: one that it has not goes. Copies of all of them are kept by now. */
async function discard(
  dir: string,
  files: readonly StudyChange[],
): Promise<Result<null, AppError>> {
  const of = (...changes: readonly StudyChange['change'][]): readonly string[] =>
    files.flatMap(({path, change}) => (changes.includes(change) ? [path] : []));
  const [known, staged] = [of('changed', 'deleted'), of('added')];
  const source = ['restore', '--source=HEAD', '--staged', '--worktree'];
  const restored = known.length === 0 ? ok('') : await ownGit(dir, source, known);
  if (!restored.ok) return restored;
  const unstaged = staged.length === 0 ? ok('') : await ownGit(dir, FORGET, staged);
  if (!unstaged.ok) return unstaged;
  for (const path of of('added', 'untracked')) {
    const target = resolveInStudy(dir, path);
    if (!target.ok) return target;
    await rm(target.value, {force: true});
  }
  return ok(null);
}

async function committerOf(dir: string): Promise<StudyChanges['committer']> {
  const {identity} = await import('../../git/firstCommit');
  const [name, mail] = await Promise.all([identity(dir, 'name'), identity(dir, 'email')]);
  return name === null || mail === null ? null : {name, mail};
}

const NO_REPOSITORY = appError('invalid-request', 'The study is in no git repository.', {
  hint: 'Make it one with `git init`.',
});
