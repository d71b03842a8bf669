import {stat} from 'node:fs/promises';
import type {outputRequests} from '../../../shared/contract/outputRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {
  OutputChange,
  OutputComparison,
  OutputVersion,
  RowMatching,
} from '../../../shared/comparison';
import {failWith} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import {fileSystemError} from '../../files/fileSystemError';
import {openFile} from '../../files/openFile';
import {outputFormatOf} from '../../outputs/outputFormat';
import {readTextHead, type TextHead} from '../../outputs/outputText';
import {readAs} from '../../outputs/readOutput';
import type {TablePair} from '../../outputs/tables/answerComparisons';
import {unifiedDiff} from '../../provenance/changedLines';
import type {OutputCache} from '../../cache/outputCache';
import {readCommitRuns} from '../../runs/runStore';
import {runsNewestFirst, successesOf, type OutputVersions} from './outputVersions';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** Two versions of one output, and how rows of a table are put together. */
export interface VersionPair {
  readonly path: string;
  readonly old: OutputVersion;
  readonly now: OutputVersion;
  readonly matching: RowMatching;
}

/** Outputs against their earlier versions. */
export type OutputComparisons = Pick<
  FacetOf<typeof outputRequests>,
  'versions' | 'compare' | 'comparedRows' | 'comparing' | 'readVersion' | 'runChanges'
>;

/** Most bytes of a text that are compared. */
const MOST_TEXT = 5 * 1024 * 1024;

/** Bytes of two files that are compared at once. */
const STEP = 1024 * 1024;

/** Creates it for a study. */
export function createOutputComparisons(
  {context, folder}: Pick<StudyState, 'context' | 'folder'>,
  versions: OutputVersions,
  cache: OutputCache,
): OutputComparisons {
  const {tables} = context;

  /** The pair whose rows are being looked at: where its files lie is not looked for with every page. */
  let last: {readonly pair: string; readonly files: TablePair} | null = null;

  const filesOf = async (pair: VersionPair): Answer<TablePair> => {
    const {path, old, now, matching} = pair;
    last = null;
    const oldFile = await versions.fileOf(path, old);
    if (!oldFile.ok) return oldFile;
    const nowFile = await versions.fileOf(path, now);
    if (!nowFile.ok) return nowFile;
    const named = (file: string, version: OutputVersion) => ({
      ...{path: file, name: version.kind === 'output' ? version.path : path},
    });
    const files = {old: named(oldFile.value, old), now: named(nowFile.value, now), matching};
    last = {pair: JSON.stringify(pair), files};
    return ok(files);
  };

  const compareFiles = async (pair: VersionPair, files: TablePair): Answer<OutputComparison> => {
    const [old, now] = [files.old.path, files.now.path];
    if (old === now || (await areSame(old, now))) return ok({kind: 'same'});
    const format = outputFormatOf(pair.path);
    switch (format.kind) {
      case 'table':
        return tables.compare(files);
      case 'image':
        return ok({kind: 'image'});
      case 'foreign':
        return ok({kind: 'different', reason: `It is ${format.name}.`});
      case 'pdf':
        return ok({kind: 'different', reason: 'It is a PDF document.'});
      case 'html':
      case 'markdown':
        return compareTexts(pair, files, false);
      default:
        return compareTexts(pair, files, format.gunzip);
    }
  };

  return {
    versions: async ({path}) => ok(await versions.known(path)),
    async compare(pair) {
      const files = await filesOf(pair);
      if (!files.ok) return files;
      try {
        return await compareFiles(pair, files.value);
      } catch (error) {
        return err(fileSystemError(`The versions of "${pair.path}" could not be read.`, error));
      }
    },
    async comparedRows({from, count, onlyChanged, ...pair}) {
      const known = last?.pair === JSON.stringify(pair) ? ok(last.files) : null;
      const files = known ?? (await filesOf(pair));
      return files.ok ? tables.comparedRows(files.value, {from, count, onlyChanged}) : files;
    },
    comparing: ({stop}) => tables.comparing(stop),
    async readVersion({path, version}) {
      const file = await versions.fileOf(path, version);
      return file.ok ? readAs(file.value, path) : file;
    },
    async runChanges({runId}) {
      const runs = await runsNewestFirst(folder);
      const at = runs.findIndex((run) =>
        runId === null ? successesOf(run).length > 0 : run.id === runId,
      );
      // what a run of a commit made is compared with what the study itself had last
      const ofCommit =
        runId === null ? undefined : (await readCommitRuns(folder)).find(({id}) => id === runId);
      const run = runs[at] ?? ofCommit;
      if (run === undefined)
        return failWith(
          'not-found',
          runId === null ? 'Nothing has run yet.' : `There is no run ${runId}.`,
        );
      const kept = await cache.contents();
      return ok({
        runId: run.id,
        startedAt: run.startedAt,
        outputs: changesOf(run, runs.slice(at + 1), kept),
      });
    },
  };
}

/** What a run did to the outputs of its actions, each against the latest success before; in the order of its jobs. */
export function changesOf(
  run: RunRecord,
  earlier: readonly RunRecord[],
  kept: ReadonlySet<string>,
): readonly OutputChange[] {
  const latest = new Map<string, ReturnType<typeof successesOf>[number]>();
  for (const each of earlier)
    for (const job of successesOf(each)) if (!latest.has(job.action)) latest.set(job.action, job);
  return successesOf(run).flatMap(({action, outputs}) => {
    const before = latest.get(action);
    const beforeRunId = before?.runId ?? null;
    const old = new Map(before?.outputs.map((output) => [output.path, output]) ?? []);
    const changes = outputs.map((output): OutputChange => {
      const {path, tier, sha256} = output;
      const was = old.get(path);
      old.delete(path);
      return {
        path,
        action,
        tier,
        change: was === undefined ? 'new' : was.sha256 === sha256 ? 'same' : 'changed',
        beforeRunId: was === undefined ? null : beforeRunId,
        comparable: was !== undefined && kept.has(was.sha256),
      };
    });
    const gone = [...old.values()].map(({path, tier}): OutputChange => ({
      path,
      action,
      tier,
      change: 'gone',
      beforeRunId,
      comparable: false,
    }));
    return [...changes, ...gone];
  });
}

async function areSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one), stat(other)]);
  if (first.size !== second.size) return false;
  const {file: left} = await openFile(one);
  const {file: right} = await openFile(other).catch(async (error: unknown) => {
    await left.close();
    throw error;
  });
  try {
    const [a, b] = [Buffer.alloc(STEP), Buffer.alloc(STEP)];
    for (let at = 0; at < first.size; at += STEP) {
      const length = Math.min(STEP, first.size - at);
      const reads = await Promise.all([left.read(a, 0, length, at), right.read(b, 0, length, at)]);
      if (reads.some(({bytesRead}) => bytesRead !== length)) return false;
      if (!a.subarray(0, length).equals(b.subarray(0, length))) return false;
    }
    return true;
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

async function compareTexts(
  {path, old, now}: VersionPair,
  files: TablePair,
  gunzip: boolean,
): Answer<OutputComparison> {
  const [before, after] = [
    await textOf(files.old.path, gunzip),
    await textOf(files.now.path, gunzip),
  ];
  if (before === null || after === null) return ok({kind: 'different', reason: 'It is no text.'});
  const labels = [versionWords(old), versionWords(now)] as const;
  const {diff, rough} = unifiedDiff(path, before.text, after.text, labels);
  // what the texts hold stands behind a sign, so a line that begins so is a place
  const first = diff.search(/^@@/m);
  const lines = first < 0 ? [] : diff.slice(first).split('\n');
  return ok({
    kind: 'text',
    diff,
    goneLines: lines.filter((line) => line.startsWith('-')).length,
    newLines: lines.filter((line) => line.startsWith('+')).length,
    rough,
    cut: before.truncated || after.truncated,
  });
}

async function textOf(path: string, gunzip: boolean): Promise<TextHead | null> {
  const {file} = await openFile(path);
  try {
    return await readTextHead(file, {gunzip, maxBytes: MOST_TEXT});
  } finally {
    await file.close();
  }
}

function versionWords(version: OutputVersion): string {
  switch (version.kind) {
    case 'now':
      return 'now';
    case 'run':
      return `run ${version.runId}`;
    case 'commit':
      return `commit ${version.commit}`;
    case 'output':
      return version.path;
  }
}
