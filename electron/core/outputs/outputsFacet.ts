import type {outputRequests} from '../../../shared/contract/outputRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {ok, err, type Result} from '../../../shared/result';
import type {OutputContent, RowCount} from '../../../shared/output';
import type {RunRecord} from '../../../shared/run';
import type {Tier} from '../../../shared/sensitivity';
import {mayUse, type OutputUse} from '../../../shared/tierPolicy';
import {createOutputCache} from '../../cache/outputCache';
import {readAs, readOutputText, shownOutput} from '../../outputs/readOutput';
import {linesBefore, readTextPage} from '../../outputs/textPages';
import {createJobFiles} from './jobFiles';
import {createOutputComparisons} from './outputComparisons';
import {datasetHealth} from './datasetHealth';
import {listOutputs} from './outputsListing';
import {createOutputVersions} from './outputVersions';
import type {StudyRuns} from '../runs/runsFacet';
import {expectedTier} from './sensitiveFiles';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {lstat, rm, stat} from 'node:fs/promises';
import {type AppError, failWith} from '../../../shared/errors';
import type {ClearPreview} from '../../../shared/preview';
import {fileSystemError} from '../../files/fileSystemError';
import {recordedInStudy} from '../../files/studyPath';
import type {RunHistory} from '../../runs/runHistory';
import {readRuns} from '../../runs/runStore';
import type {StudyFolder} from '../../runs/studyFolder';
import type {TableSchema} from '../../../shared/table';
import {outputFormatOf, type OutputFormat} from '../../outputs/outputFormat';
import type {TableReader} from '../../outputs/tables/tableReader';

/** What the study's actions have made. */
export interface OutputsFacet extends FacetOf<typeof outputRequests> {
  read(path: string): Answer<OutputContent>;
  /** Where an output lies, if its tier allows that use. */
  fileOf(path: string, use: OutputUse): Answer<string>;
}

/** Creates it for a study. `close` removes the temporary files it wrote. */
export function createOutputsFacet(
  state: StudyState,
  runs: Pick<StudyRuns, 'whileIdle'>,
  active: () => readonly RunRecord[],
  refresh: () => void,
): {readonly facet: OutputsFacet; close(): Promise<void>} {
  const {context, dir, folder, history, snapshot} = state;
  const {tables} = context;
  const rowCounts = createRowCounts(tables);
  const cache = createOutputCache(dir);
  /** As the run that made it had it; of a file that no run is known to have made, as project.yaml has it. */
  const tierOf = (path: string): Tier | null =>
    history.output(path)?.tier ?? expectedTier(snapshot().project, path);
  const versions = createOutputVersions(state, cache, tierOf);
  const jobs = createJobFiles(state, active);
  /** Where a file lies that may be used so: an output, or what a job has made that is none. */
  const fileOf = async (path: string, use: OutputUse = 'show'): Answer<string> => {
    const {copy = null, tier = tierOf(path)} = jobs.find(path) ?? {};
    return copy !== null && mayUse(tier, use) ? ok(copy) : shownOutput(dir, path, tier, use);
  };
  const onFile = async <T>(path: string, work: (file: string) => Answer<T>): Answer<T> => {
    const file = await fileOf(path);
    return file.ok ? work(file.value) : file;
  };
  const facet: OutputsFacet = {
    ...createOutputComparisons(state, versions, cache),
    list: async () => ok(await listOutputs(dir, snapshot().project, history)),
    read: (path) => onFile(path, (file) => readAs(file, path)),
    fileOf,
    jobFiles: (of) => jobs.jobFiles(of),
    copyJobFile: (of) => jobs.copyJobFile(of),
    textPage: async ({path, page}) =>
      readOutputText(await fileOf(path), path, (text) => readTextPage(text, page)),
    linesBefore: async ({path, page}) =>
      readOutputText(await fileOf(path), path, (text) => linesBefore(text, page)),
    tableSchema: ({path, whole}) =>
      onFile(path, (file) => rowCounts.whenOpened(file, () => tables.schema(file, whole))),
    rowCount: ({path}) => onFile(path, (file) => rowCounts.of(file)),
    tableRows: ({path, from, count, query}) =>
      onFile(path, (file) => tables.rows(file, from, count, query)),
    tableSummary: ({path, column}) => onFile(path, (file) => tables.summary(file, column)),
    findInTable: ({path, query, search}) =>
      onFile(path, (file) => tables.find(file, query, search)),
    tableSql: ({path, sql}) => onFile(path, (file) => tables.sql(file, sql)),
    stopTableSql: ({path}) => onFile(path, (file) => tables.stopSql(file)),
    datasetHealth: ({path}) =>
      onFile(path, (file) =>
        datasetHealth(dir, snapshot().project, path, async () => {
          const schema = await tables.schema(file, true);
          if (!schema.ok) return schema;
          return ok({schema: schema.value, sql: (text) => tables.sql(file, text)});
        }),
      ),
    closeTable: ({path}) => onFile(path, (file) => tables.closeTable(file)),
    previewClear: async () => ok(await previewClear(folder, history)),
    clear: ({paths}) =>
      runs.whileIdle(async () => {
        const left = await clearOutputs(folder, history, paths);
        refresh();
        return left;
      }),
  };
  return {
    facet,
    async close() {
      await Promise.all([versions.close(), jobs.close()]);
    },
  };
}

/**
 * Files that an action made once and its latest success no longer did, as far as they are still
 * there (RULES "Outputs"). Paths are compared without case, so that a file that was only renamed in
 * case on a case-insensitive disk is never offered.
 */
async function previewClear(folder: StudyFolder, history: RunHistory): Promise<ClearPreview> {
  const current = new Set<string>();
  for (const action of history.actions())
    for (const {path} of history.past(action)?.success?.outputs ?? [])
      current.add(path.toLowerCase());
  const former = new Map<string, string>();
  for (const {record} of await readRuns(folder))
    for (const job of record.jobs)
      for (const {path} of job.outputs)
        if (job.state === 'succeeded' && !current.has(path.toLowerCase()))
          former.set(path, job.action);
  const files: {path: string; size: number; action: string}[] = [];
  for (const [path, action] of former) {
    const resolved = recordedInStudy(folder.study, path);
    const found = resolved.ok ? await lstat(resolved.value).catch(() => null) : null;
    if (found?.isFile() === true) files.push({path, size: found.size, action});
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  return {files};
}

/** Deletes files the user chose from the preview, and no others; answers what is left of it. */
async function clearOutputs(
  folder: StudyFolder,
  history: RunHistory,
  paths: readonly string[],
): Promise<Result<ClearPreview, AppError>> {
  const offered = new Set((await previewClear(folder, history)).files.map(({path}) => path));
  const other = paths.find((path) => !offered.has(path));
  if (other !== undefined)
    return failWith('invalid-request', `${other} is not a file left over from an earlier run.`, {
      hint: 'The study has changed since the list was made. Refresh it and try again.',
    });
  for (const path of paths) {
    const resolved = recordedInStudy(folder.study, path);
    if (!resolved.ok) return resolved;
    try {
      await rm(resolved.value);
    } catch (error) {
      return err(fileSystemError(`${path} could not be deleted.`, error));
    }
  }
  return ok(await previewClear(folder, history));
}

/** Most bytes of a file that is read only because its name is in view; of formats that are unpacked or read whole, fewer. */
const MOST_BYTES = {pieces: 32 * 1024 ** 2, whole: 2 * 1024 ** 2};

/** Creates it. */
export function createRowCounts(tables: TableReader) {
  const known = new Map<string, {readonly version: string; readonly rows: RowCount}>();
  return {
    /** A table that is too large to be read for that alone, or can't be read, is not counted. */
    async of(file: string): Answer<RowCount> {
      const format = outputFormatOf(file);
      if (format.kind !== 'table') return ok('no table');
      const found = await versionOf(file);
      if (found === null) return ok('not counted');
      const before = known.get(file);
      if (before?.version === found.version) return ok(before.rows);
      if (found.size > mostBytes(format)) return ok('not counted');
      const counted = await tables.countRows(file);
      // a file that can't be read says so when it is opened
      const rows = (counted.ok ? counted.value : null) ?? 'not counted';
      known.set(file, {version: found.version, rows});
      return ok(rows);
    },
    /** Opens a table, and takes down what that finds, however large it is. */
    async whenOpened(file: string, open: () => Answer<TableSchema>): Answer<TableSchema> {
      const found = await versionOf(file);
      const schema = await open();
      if (found !== null && schema.ok && schema.value.complete)
        known.set(file, {version: found.version, rows: schema.value.totalRows ?? 'not counted'});
      return schema;
    },
  };
}

function mostBytes({format, gunzip}: Extract<OutputFormat, {kind: 'table'}>): number {
  return gunzip || format === 'rds' ? MOST_BYTES.whole : MOST_BYTES.pieces;
}

/** Distinguishes a file from the one that was there before. */
async function versionOf(
  file: string,
): Promise<{readonly version: string; readonly size: number} | null> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) return null;
  return {version: `${found.size} ${found.mtimeMs} ${found.ino}`, size: found.size};
}
