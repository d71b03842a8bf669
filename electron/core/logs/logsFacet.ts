import {join} from 'node:path';
import type {logRequests} from '../../../shared/contract/logRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {type AppError, failWith} from '../../../shared/errors';
import {isFinal} from '../../../shared/job';
import {WHOLE_LINE_LENGTH, type KeptLog} from '../../../shared/log';
import {NO_FILTER, type LogFilter, type LogPattern} from '../../../shared/logSearch';
import {plainText} from '../../../shared/logText';
import {ok, type Result} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import {replaceFromPieces} from '../../files/writeAtomically';
import {logText} from '../../logs/actionLog';
import type {LineTest} from '../../logs/logPattern';
import {createLogSearch} from '../../logs/logSearch';
import {MergedPlaces, readMerged} from '../../logs/mergedLog';
import {readPage, readWholeLine, type StoredLog} from '../../logs/storedLog';
import type {Answer} from '../studyContext';
import {StudyLogs} from './studyLogs';
import type {StudyState} from '../studyState';

/** The logs of all attempts. */
export interface LogsFacet extends FacetOf<typeof logRequests> {
  /** All of a log as text, to be gone through once. */
  text(jobId: string): Answer<AsyncIterable<Buffer>>;
  /** Absolute path of a copy of all of a log as text, in our folder of the study; the copy before it is replaced. */
  copyForEditor(jobId: string): Answer<string>;
  /** The attempts at an action of which Study Desk keeps the log, the oldest first. */
  kept(action: string): Promise<readonly KeptLog[]>;
  /** Works out what one line after the other can be asked with; time grows with the lines alone. */
  test(pattern: LogPattern): Answer<(text: string) => boolean>;
  close(): Promise<void>;
}

/** One file, so that copies of logs don't gather. Study-relative. */
const COPY_FOR_EDITOR = 'metadata/study-desk/opened.log';

/** Of a job that has not printed anything. */
const NO_LOG: StoredLog = {
  totalLines: 0,
  async *blocksFrom() {
    // nothing
  },
  close: async () => undefined,
};

/** Logs of one study: of its own attempts, and of the latest ones of `opensafely run`. */
export function createLogsFacet(
  state: Pick<StudyState, 'folder' | 'history' | 'emit'>,
  active: () => readonly RunRecord[],
): LogsFacet {
  const {folder} = state;
  const logs = new StudyLogs(state);
  const search = createLogSearch();
  let merged: {readonly key: string; readonly places: MergedPlaces} | null = null;

  async function* textOf(jobId: string): AsyncGenerator<Buffer> {
    const log = await logs.open(jobId);
    if (log === null) throw new Error(`The log of ${jobId} is gone.`);
    try {
      yield* logText(log);
    } finally {
      await log.close();
    }
  }

  async function text(jobId: string): Answer<AsyncIterable<Buffer>> {
    const log = await logs.open(jobId);
    if (log === null) return notKept();
    // what is not read after all, as no file was chosen, is not left open
    await log.close();
    return ok(textOf(jobId));
  }

  return {
    async read({jobId, fromSeq, limit}) {
      if (!/^[A-Za-z0-9_-]+$/u.test(jobId))
        return failWith('invalid-request', `${jobId} is not a job id.`);
      const live = active()
        .flatMap((run) => run.jobs)
        .find((job) => job.id === jobId);
      const complete = live === undefined || isFinal(live.statusCode);
      const log = await logs.open(jobId);
      if (log !== null) {
        try {
          return ok(await readPage(log, jobId, fromSeq, limit, complete));
        } finally {
          await log.close();
        }
      }
      if (live !== undefined) return ok({jobId, firstSeq: 0, lines: [], totalLines: 0, complete});
      return notKept();
    },
    async readMerged({jobIds, fromSeq, limit}) {
      const key = jobIds.join(' ');
      if (merged?.key !== key) merged = {key, places: new MergedPlaces()};
      const {places} = merged;
      const opened = await Promise.all(jobIds.map(async (id) => (await logs.open(id)) ?? NO_LOG));
      try {
        const totalLines = opened.reduce((sum, log) => sum + log.totalLines, 0);
        const lines = await readMerged(opened, places, fromSeq, limit);
        const running = active().flatMap((run) => run.jobs);
        const complete = !running.some(
          (job) => jobIds.includes(job.id) && !isFinal(job.statusCode),
        );
        return ok({
          jobId: jobIds[0] ?? '',
          firstSeq: Math.min(fromSeq, totalLines),
          lines,
          totalLines,
          complete,
        });
      } finally {
        await Promise.all(opened.map((log) => log.close()));
      }
    },
    file: async ({action}) => ok(await logs.file(action)),
    async line({jobId, seq}) {
      const log = await logs.open(jobId);
      if (log === null) return notKept();
      try {
        const line = await readWholeLine(log, seq, WHOLE_LINE_LENGTH);
        return line === null ? notKept() : ok(line);
      } finally {
        await log.close();
      }
    },
    text,
    async copyForEditor(jobId) {
      const content = await text(jobId);
      if (!content.ok) return content;
      const written = await replaceFromPieces(folder.study, COPY_FOR_EDITOR, () => content.value);
      return written.ok ? ok(join(folder.study, ...COPY_FOR_EDITOR.split('/'))) : written;
    },
    kept: (action) => logs.kept(action),
    async test(pattern) {
      const test = await testOf(pattern);
      return test.ok ? ok((text) => test.value.matches(plainText(text))) : test;
    },
    async search({searchId, scope, pattern, filter}) {
      const test = await testOf(pattern, filter);
      if (!test.ok) return test;
      const searched = await logs.searched(scope);
      const owners = new Map([...searched].map(([{path}, owner]) => [path, owner]));
      const end = await search.search(
        {pattern, filter, logs: [...searched.keys()]},
        ({path, ...news}) => {
          const owner = owners.get(path);
          if (owner === undefined) throw new Error(`${path} was searched unasked.`);
          state.emit({kind: 'log-found', found: {searchId, ...owner, ...news}});
        },
      );
      return ok(end);
    },
    prepareSearch() {
      search.prepare();
      // what can't be loaded is said by the search itself
      testOf({text: 'x', caseSensitive: true, wholeWord: false, regex: true}).catch(
        () => undefined,
      );
    },
    stopSearch: () => search.stop(),
    close: () => search.close(),
  };
}

function notKept(): Result<never, AppError> {
  return failWith('not-found', 'The log of this job is no longer kept.', {
    hint: `Old logs are deleted to make space. The metadata folder still has the log of each action's latest attempt.`,
  });
}

/** Regular expressions are a lot to load for whoever never looks for anything. */
async function testOf(
  pattern: LogPattern,
  filter: LogFilter = NO_FILTER,
): Promise<Result<LineTest, AppError>> {
  const {lineTest} = await import('../../logs/logPattern');
  return lineTest(pattern, filter);
}
