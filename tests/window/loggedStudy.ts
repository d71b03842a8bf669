import {createWriteStream} from 'node:fs';
import {once} from 'node:events';
import {openStoredLog} from '../../electron/logs/storedLog';
import {attemptLogPath, createRun} from '../../electron/runs/runStore';
import {studyFolder} from '../../electron/runs/studyFolder';
import type {Job} from '../../shared/job';
import {newJob} from '../../shared/newJob';
import type {OutputFile} from '../../shared/output';
import {DEFAULT_SETTINGS} from '../../shared/settings';

/** A line that a job printed: its text, its stream, and how long after its begin it came. */
export interface PrintedLine {
  readonly text: string;
  readonly stderr?: boolean;
  /** Milliseconds. */
  readonly after?: number;
}

/** What a job of a past run printed. */
export interface PastJob {
  readonly action: string;
  readonly lines: number;
  readonly line: (seq: number) => PrintedLine;
  readonly failed?: boolean;
  /** What it is recorded to have made. */
  readonly outputs?: readonly OutputFile[];
}

/** Puts a past run into a study, with a log for each of its jobs, as Study Desk leaves them. */
export async function addPastRun(
  dir: string,
  runId: string,
  startedAt: string,
  past: readonly PastJob[],
): Promise<void> {
  const {executor, concurrency, memoryBytes, cpus} = DEFAULT_SETTINGS;
  const begun = past.map(({action}) =>
    newJob(
      {action, reason: 'requested', waitsFor: []},
      {id: `${runId}-${action}`, runId, image: 'python:v2', at: startedAt},
    ),
  );
  const record = {
    format: 1,
    id: runId,
    startedAt,
    request: {
      actions: past.map(({action}) => action),
      forceDependencies: false,
      includeStale: false,
      force: [],
      takeOut: [],
    },
    options: {
      executor,
      concurrency,
      limits: {memoryBytes, cpus},
      continueOnError: false,
      letRunningFinish: false,
      debug: false,
      pull: true,
    },
    plan: {jobs: [], skipped: []},
    git: null,
  } as const;
  const journal = await createRun(studyFolder(dir), {
    ...record,
    endedAt: null,
    outcome: null,
    jobs: begun,
  });
  const jobs = await Promise.all(
    past.map(async (each, index): Promise<Job> => {
      const job = begun[index];
      if (job === undefined) throw new Error('A job has no record.');
      const path = attemptLogPath(journal.dir, job.id);
      await writePrinted(path, startedAt, each);
      // makes the index that a job's own log has from the start
      await (await openStoredLog(path))?.close();
      return {
        ...job,
        state: each.failed === true ? 'failed' : 'succeeded',
        statusCode: each.failed === true ? 'nonzero_exit' : 'succeeded',
        message: each.failed === true ? 'Job exited with an error' : 'Completed successfully',
        exitCode: each.failed === true ? 1 : 0,
        startedAt,
        completedAt: startedAt,
        logFile: `metadata/${each.action}.log`,
        outputs: each.outputs ?? [],
      };
    }),
  );
  const failed = past.some((each) => each.failed === true);
  await journal.finish({
    ...record,
    endedAt: startedAt,
    outcome: failed ? 'failed' : 'succeeded',
    jobs,
  });
}

/** Written as pieces at once: a log of millions of lines takes seconds. */
async function writePrinted(path: string, startedAt: string, past: PastJob): Promise<void> {
  const file = createWriteStream(path);
  const begun = Date.parse(startedAt);
  for (let seq = 0; seq < past.lines;) {
    let part = '';
    for (let end = Math.min(past.lines, seq + 5000); seq < end; seq += 1) {
      const {text, stderr = false, after = 0} = past.line(seq);
      const time = new Date(begun + after).toISOString().replace('Z', '000000Z');
      part += `${time}${stderr ? 'e' : 'o'}${text}\n`;
    }
    if (!file.write(part)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
