import * as z from 'zod';
import type {
  ComparedRow,
  KnownVersion,
  OutputComparison,
  OutputVersion,
  RowMatching,
  RunChanges,
} from '../comparison';
import type {DatasetHealth} from '../datasetHealth';
import type {JobFiles, OutputContent, OutputsListing, RowCount, TextPage} from '../output';
import type {ClearPreview} from '../preview';
import {
  MOST_ROWS_AT_ONCE,
  type ColumnSummary,
  type SqlRows,
  type TableFind,
  type TablePage,
  type TableSchema,
} from '../table';
import {ofStudy, ofWindow} from './request';
import {listOf, name, studyPath} from './schemas';

const tableQuery = z.strictObject({
  sort: z.strictObject({column: z.int().nonnegative(), descending: z.boolean()}).nullable(),
  where: z.string().max(10_000).nullable(),
});

const version: z.ZodType<OutputVersion> = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('now')}),
  z.strictObject({kind: z.literal('run'), runId: z.string().max(100)}),
  z.strictObject({kind: z.literal('commit'), commit: z.string().max(200)}),
  z.strictObject({kind: z.literal('output'), path: studyPath}),
]);

const matching: z.ZodType<RowMatching> = z.discriminatedUnion('by', [
  z.strictObject({by: z.literal('auto')}),
  z.strictObject({by: z.literal('position')}),
  z.strictObject({by: z.literal('key'), columns: z.array(z.string()).min(1).max(100)}),
]);

const versionPair = {path: studyPath, old: version, now: version, matching};

/** Outputs by tier, their content, and clearing those no longer produced. */
export const outputRequests = {
  list: ofStudy({}).answers<OutputsListing>('text'),
  read: ofWindow({path: studyPath}).answers<OutputContent>(),
  /** Address of an HTML output under which its scripts run, still without network. */
  pageWithScripts: ofWindow({path: studyPath}).answers<string>(),
  /** Opens a file with the program that this computer has for it. */
  openWith: ofWindow({path: studyPath}).answers<null>(),
  /** A file is being dragged: the system takes over, with a picture that says its tier under the pointer. */
  drag: ofWindow({
    path: studyPath,
    picture: z.string().max(100_000).startsWith('data:image/png;base64,'),
  }).answers<null>(),
  /** Files that an action's job at work has made so far, or its latest failed attempt had made; null for none. */
  jobFiles: ofStudy({action: name}).answers<JobFiles | null>('text'),
  /** Copies one of the job at work as it is now; answers the path by which it is read like an output. */
  copyJobFile: ofStudy({action: name, path: studyPath}).answers<string>(),
  /** One page of its text, from 0, however else it is shown. */
  textPage: ofStudy({path: studyPath, page: z.int().nonnegative()}).answers<TextPage>(),
  /** How many lines lie before a page; all of them may have to be read. */
  linesBefore: ofStudy({path: studyPath, page: z.int().nonnegative()}).answers<number>(),
  /** What is known of an output that is a table; `whole`: not before it has been read to its end. */
  tableSchema: ofStudy({path: studyPath, whole: z.boolean()}).answers<TableSchema>(),
  /** How many rows a table has, as far as that is known or soon counted. */
  rowCount: ofStudy({path: studyPath}).answers<RowCount>(),
  /** At most `count` rows from place `from`, which counts from 0. */
  tableRows: ofStudy({
    path: studyPath,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS_AT_ONCE),
    query: tableQuery,
  }).answers<TablePage>(),
  /** The figures of a column, by its place. */
  tableSummary: ofStudy({
    path: studyPath,
    column: z.int().nonnegative(),
  }).answers<ColumnSummary>(),
  /** The next cell that holds a text. */
  findInTable: ofStudy({
    path: studyPath,
    query: tableQuery,
    search: z.strictObject({
      text: z.string().max(1000),
      columns: z.array(z.int().nonnegative()).max(5000),
      // one before the first is where a search begins
      after: z.strictObject({place: z.int().min(-1), column: z.int().min(-1)}),
      backwards: z.boolean(),
    }),
  }).answers<TableFind>(),
  /** Answers a SELECT over the table, which it calls `data`. */
  tableSql: ofStudy({path: studyPath, sql: z.string().max(100_000)}).answers<SqlRows>(),
  /** Ends the SELECT under way. */
  stopTableSql: ofStudy({path: studyPath}).answers<null>(),
  /** What stands out in a dataset of dummy data; null for what is none. */
  datasetHealth: ofStudy({path: studyPath}).answers<DatasetHealth | null>('text'),
  closeTable: ofStudy({path: studyPath}).answers<null>(),
  /** All that runs of Study Desk made of a path, the newest first. */
  versions: ofStudy({path: studyPath}).answers<readonly KnownVersion[]>(),
  /** The content of a version, as that of a file. */
  readVersion: ofStudy({path: studyPath, version}).answers<OutputContent>(),
  compare: ofStudy(versionPair).answers<OutputComparison>(),
  /** Rows of two versions of a table, from place `from`, which counts from 0. */
  comparedRows: ofStudy({
    ...versionPair,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS_AT_ONCE),
    onlyChanged: z.boolean(),
  }).answers<readonly ComparedRow[]>(),
  /** How far the comparison of tables under way is, from 0 to 1; null where there is none. `stop` ends it. */
  comparing: ofStudy({stop: z.boolean()}).answers<number | null>(),
  /** What a run did to the outputs of its actions; null is the newest run in which one succeeded. */
  runChanges: ofStudy({
    runId: z.string().max(100).nullable(),
  }).answers<RunChanges>(),
  previewClear: ofStudy({}).answers<ClearPreview>(),
  clear: ofStudy({paths: listOf(studyPath)}).answers<ClearPreview>(),
};
