import {createHash} from 'node:crypto';
import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {KnownVersion, OutputVersion} from '../../../shared/comparison';
import {type AppError, failWith} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import {type Result} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import type {Tier} from '../../../shared/sensitivity';
import type {OutputCache} from '../../cache/outputCache';
import {digestOf} from '../../files/openFile';
import {temporaryFolder} from '../../files/temporaryFolder';
import {shownOutput} from '../../outputs/readOutput';
import {readCommitRuns, readRuns} from '../../runs/runStore';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** The versions of a study's outputs, and where their contents lie. */
export type OutputVersions = ReturnType<typeof createOutputVersions>;

/**
 * The versions of a study's outputs, as its runs, its cache and its repository have them. `tierNow`: that of an output of
 * now, null for what is none.
 */
export function createOutputVersions(
  {dir, folder}: Pick<StudyState, 'dir' | 'folder'>,
  cache: OutputCache,
  tierNow: (path: string) => Tier | null,
) {
  let tables: Promise<string> | null = null;

  const known = async (path: string): Promise<readonly KnownVersion[]> => {
    const kept = await cache.contents();
    const runs = [...(await runsNewestFirst(folder)), ...(await readCommitRuns(folder))];
    return versionsIn(runs, path).map((version) => ({
      ...version,
      kept: kept.has(version.sha256),
    }));
  };

  const tierOf = async (path: string): Promise<Tier | null> =>
    tierNow(path) ?? (await known(path))[0]?.tier ?? null;

  const ofRun = async (path: string, runId: string): Answer<string> => {
    const version = (await known(path)).find((each) => each.runId === runId);
    if (version === undefined)
      return failWith('not-found', `Run ${runId} did not make "${path}".`, {
        hint: 'Choose one of the runs that did.',
      });
    const copy = await cache.copyOf(version.sha256);
    if (copy !== null) return {ok: true, value: copy};
    const {fromCommit} = version;
    const made = fromCommit === undefined ? dir : join(folder.commits, fromCommit.commit);
    const present = await shownOutput(made, path, version.tier);
    if (present.ok && (await digestOf(present.value)) === version.sha256) return present;
    return notKept(path, version);
  };

  /** What a run of that commit made of a path, where there was one. */
  const ranAt = async (path: string, name: string): Promise<KnownVersion | null> => {
    const {findCommit} = await import('../../git/readCommitted');
    const found = await findCommit(dir, name);
    if (!found.ok) return null;
    const {commit} = found.value;
    return (await known(path)).find((each) => each.fromCommit?.commit === commit) ?? null;
  };

  const ofCommit = async (path: string, commit: string): Answer<string> => {
    if ((await tierOf(path)) === null) return shownOutput(dir, path, null);
    // git is half a megabyte of code that nobody else here needs
    const {readCommitted} = await import('../../git/readCommitted');
    const committed = await readCommitted(dir, path, commit);
    if (!committed.ok) {
      const version = await ranAt(path, commit);
      return version === null ? committed : ofRun(path, version.runId);
    }
    // other users of this computer must not read what may be patients' data
    tables ??= temporaryFolder('tables');
    const file = join(
      await tables,
      createHash('sha256').update(committed.value.bytes).digest('hex'),
    );
    // where it is there already it is the same
    await writeFile(file, committed.value.bytes, {mode: 0o600, flag: 'wx'}).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    return {ok: true, value: file};
  };

  return {
    /** All that runs of Study Desk made of a path, the newest first; what runs of commits made comes behind. */
    known,
    /** Absolute path of a file with the content of a version. */
    async fileOf(path: string, version: OutputVersion): Answer<string> {
      switch (version.kind) {
        case 'now':
          return shownOutput(dir, path, await tierOf(path));
        case 'run':
          return ofRun(path, version.runId);
        case 'commit':
          return ofCommit(path, version.commit);
        case 'output':
          return shownOutput(dir, version.path, await tierOf(version.path));
      }
    },
    /** Removes what was written down of commits. */
    async close(): Promise<void> {
      if (tables !== null) await rm(await tables, {recursive: true, force: true});
    },
  };
}

/** Records of all runs, the newest first. */
export async function runsNewestFirst(folder: StudyState['folder']): Promise<readonly RunRecord[]> {
  return (await readRuns(folder)).map(({record}) => record).reverse();
}

/** What of a run's jobs counts: those that made outputs. */
export function successesOf({jobs}: RunRecord): readonly Job[] {
  return jobs.filter(({state}) => state === 'succeeded');
}

function versionsIn(
  runs: readonly RunRecord[],
  path: string,
): readonly Omit<KnownVersion, 'kept'>[] {
  return runs.flatMap((run) =>
    successesOf(run).flatMap(({action, completedAt, createdAt, outputs}) =>
      outputs
        .filter((output) => output.path === path)
        .map(({tier, size, sha256}) => ({
          runId: run.id,
          producedAt: completedAt ?? createdAt,
          action,
          tier,
          size,
          sha256,
          ...(run.fromCommit === undefined ? {} : {fromCommit: run.fromCommit}),
        })),
    ),
  );
}

function notKept(path: string, {runId}: Pick<KnownVersion, 'runId'>): Result<never, AppError> {
  return failWith('not-found', `What "${path}" held after run ${runId} is no longer kept.`, {
    why: 'The cache of earlier outputs is off, was emptied, or was full.',
    hint: 'Settings has its size limit. Later runs can be compared with what is kept from now on.',
  });
}
