import * as z from 'zod';
import type {OutputContent, OutputsListing} from '../output';
import type {ClearPreview} from '../preview';
import {MOST_ROWS_AT_ONCE, type ColumnSummary, type TablePage, type TableSchema} from '../table';
import {request} from './request';
import {listOf, studyPath} from './schemas';

const tableQuery = z.strictObject({
  sort: z.strictObject({column: z.int().nonnegative(), descending: z.boolean()}).nullable(),
  where: z.string().max(10_000).nullable(),
});

/** Outputs by tier, their content, and clearing those no longer produced. */
export const outputRequests = {
  'outputs:list': request({}).answers<OutputsListing>('text'),
  'outputs:read': request({path: studyPath}).answers<OutputContent>(),
  'outputs:table-schema': request({path: studyPath, whole: z.boolean()}).answers<TableSchema>(),
  'outputs:table-rows': request({
    path: studyPath,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS_AT_ONCE),
    query: tableQuery,
  }).answers<TablePage>(),
  'outputs:table-summary': request({path: studyPath}).answers<readonly ColumnSummary[]>(),
  'outputs:table-close': request({path: studyPath}).answers<null>(),
  'outputs:preview-clear': request({}).answers<ClearPreview>(),
  'outputs:clear': request({paths: listOf(studyPath)}).answers<ClearPreview>(),
};
