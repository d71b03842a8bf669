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
import type {OutputContent, OutputsListing, RowCount, TextPage} from '../output';
import type {ClearPreview} from '../preview';
import {
  MOST_ROWS_AT_ONCE,
  type ColumnSummary,
  type SqlRows,
  type TableFind,
  type TablePage,
  type TableSchema,
} from '../table';
import {request} from './request';
import {listOf, studyPath} from './schemas';

const tableQuery = z.strictObject({
  sort: z.strictObject({column: z.int().nonnegative(), descending: z.boolean()}).nullable(),
  where: z.string().max(10_000).nullable(),
});

const version: z.ZodType<OutputVersion> = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('now')}),
  z.strictObject({kind: z.literal('run'), runId: z.string().max(100)}),
  z.strictObject({kind: z.literal('commit'), commit: z.string().max(200)}),
]);

const matching: z.ZodType<RowMatching> = z.discriminatedUnion('by', [
  z.strictObject({by: z.literal('auto')}),
  z.strictObject({by: z.literal('position')}),
  z.strictObject({by: z.literal('key'), columns: z.array(z.string()).min(1).max(100)}),
]);

const versionPair = {path: studyPath, old: version, now: version, matching};

/** Outputs by tier, their content, and clearing those no longer produced. */
export const outputRequests = {
  'outputs:list': request({}).answers<OutputsListing>('text'),
  'outputs:read': request({path: studyPath}).answers<OutputContent>(),
  /** Address of an HTML output under which its scripts run, still without network. */
  'outputs:page-with-scripts': request({path: studyPath}).answers<string>(),
  /** Opens a file with the program that this computer has for it. */
  'outputs:open-with': request({path: studyPath}).answers<null>(),
  /** A file is being dragged: the system takes over, with a picture that says its tier under the pointer. */
  'outputs:drag': request({
    path: studyPath,
    picture: z.string().max(100_000).startsWith('data:image/png;base64,'),
  }).answers<null>(),
  'outputs:text-page': request({path: studyPath, page: z.int().nonnegative()}).answers<TextPage>(),
  'outputs:lines-before': request({path: studyPath, page: z.int().nonnegative()}).answers<number>(),
  'outputs:table-schema': request({path: studyPath, whole: z.boolean()}).answers<TableSchema>(),
  /** How many rows a table has, as far as that is known or soon counted. */
  'outputs:row-count': request({path: studyPath}).answers<RowCount>(),
  'outputs:table-rows': request({
    path: studyPath,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS_AT_ONCE),
    query: tableQuery,
  }).answers<TablePage>(),
  'outputs:table-summary': request({
    path: studyPath,
    column: z.int().nonnegative(),
  }).answers<ColumnSummary>(),
  'outputs:table-find': request({
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
  'outputs:table-sql': request({path: studyPath, sql: z.string().max(100_000)}).answers<SqlRows>(),
  'outputs:table-stop-sql': request({path: studyPath}).answers<null>(),
  'outputs:dataset-health': request({path: studyPath}).answers<DatasetHealth | null>('text'),
  'outputs:table-close': request({path: studyPath}).answers<null>(),
  'outputs:versions': request({path: studyPath}).answers<readonly KnownVersion[]>(),
  'outputs:read-version': request({path: studyPath, version}).answers<OutputContent>(),
  'outputs:compare': request(versionPair).answers<OutputComparison>(),
  'outputs:compared-rows': request({
    ...versionPair,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS_AT_ONCE),
    onlyChanged: z.boolean(),
  }).answers<readonly ComparedRow[]>(),
  'outputs:comparing': request({stop: z.boolean()}).answers<number | null>(),
  'outputs:run-changes': request({
    runId: z.string().max(100).nullable(),
  }).answers<RunChanges>(),
  'outputs:preview-clear': request({}).answers<ClearPreview>(),
  'outputs:clear': request({paths: listOf(studyPath)}).answers<ClearPreview>(),
};
