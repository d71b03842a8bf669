import * as z from 'zod';
import {MOST_MERGED, type ActionLogFile, type LogPage, type WholeLine} from '../log';
import type {LogFilter, LogPattern, LogScope, LogSearchEnd} from '../logSearch';
import {request} from './request';
import {count, fileName, line, name} from './schemas';

const scope: z.ZodType<LogScope> = z.union([
  z.strictObject({kind: z.literal('job'), jobId: name}),
  z.strictObject({kind: z.literal('run'), runId: name}),
  z.strictObject({kind: z.literal('all')}),
]);

const pattern: z.ZodType<LogPattern> = z.strictObject({
  text: line,
  caseSensitive: z.boolean(),
  wholeWord: z.boolean(),
  regex: z.boolean(),
});

const filter: z.ZodType<LogFilter> = z.strictObject({
  stream: z.enum(['stdout', 'stderr']).nullable(),
  level: z.enum(['error', 'warning']).nullable(),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
});

/** Stored logs, how they are searched, and which job's lines are sent as they come. */
export const logRequests = {
  'logs:read': request({
    jobId: name,
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }).answers<LogPage>(),
  /** A stretch of the logs of several jobs merged by time; `jobId` of the page is that of the first. */
  'logs:read-merged': request({
    jobIds: z.array(name).min(1).max(MOST_MERGED),
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }).answers<LogPage>(),
  /** `metadata/<action>.log` where it is of a job whose log is not kept, such as one of `opensafely run`; else null. */
  'logs:file': request({action: name}).answers<ActionLogFile | null>(),
  /** A line of which pages hold only the beginning. */
  'logs:line': request({jobId: name, seq: count}).answers<WholeLine>(),
  /** Asks where to write all of a log and writes it; null when the user changes their mind. */
  'logs:save': request({jobId: name, suggestedName: fileName}).answers<string | null>(),
  /** Opens a copy of all of a log in the user's editor. */
  'logs:open-in-editor': request({jobId: name}).answers<null>(),
  /** Batches of this job only are sent from now on; null follows none. */
  'logs:follow': request({jobId: name.nullable()}).answers<null>(),
  /** Tells what it finds by `log:found`, under this id; the search before it is stopped. */
  'logs:search': request({searchId: name, scope, pattern, filter}).answers<LogSearchEnd>(),
  /** Find was opened: a search will follow. */
  'logs:prepare-search': request({}).answers<null>(),
  'logs:stop-search': request({}).answers<null>(),
};
