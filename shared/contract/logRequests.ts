import * as z from 'zod';
import {MOST_MERGED, type ActionLogFile, type LogPage, type WholeLine} from '../log';
import type {LogFilter, LogPattern, LogScope, LogSearchEnd} from '../logSearch';
import {ofApp, ofStudy, ofWindow} from './request';
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
  /** A stretch of a log, lines counted from 0; at most `limit` of them, and fewer where they are very long. */
  read: ofStudy({
    jobId: name,
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }).answers<LogPage>(),
  /** A stretch of the logs of several jobs merged by time; `jobId` of the page is that of the first. */
  readMerged: ofStudy({
    jobIds: z.array(name).min(1).max(MOST_MERGED),
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }).answers<LogPage>(),
  /** `metadata/<action>.log` where it is of a job whose log is not kept, such as one of `opensafely run`; else null. */
  file: ofStudy({action: name}).answers<ActionLogFile | null>(),
  /** A line of which pages hold only the beginning. */
  line: ofStudy({jobId: name, seq: count}).answers<WholeLine>(),
  /** Asks where to write all of a log and writes it; null when the user changes their mind. */
  save: ofWindow({jobId: name, suggestedName: fileName}).answers<string | null>(),
  /** Opens a copy of all of a log in the user's editor. */
  openInEditor: ofWindow({jobId: name}).answers<null>(),
  /** Batches of this job only are sent from now on; null follows none. */
  follow: ofApp({jobId: name.nullable()}).answers<null>(),
  /**
   * Looks through the kept logs, and `metadata/<action>.log` of other jobs, the oldest first; what it finds comes as
   * `log:found` under this id. The search before it is stopped.
   */
  search: ofStudy({searchId: name, scope, pattern, filter}).answers<LogSearchEnd>(),
  /** Find was opened: a search will follow. */
  prepareSearch: ofStudy({}).does(),
  stopSearch: ofStudy({}).does(),
};
