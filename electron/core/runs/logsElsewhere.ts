import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {isFinal, type Job} from '../../../shared/job';
import type {RunRecord} from '../../../shared/run';
import {stemOf} from '../../export/exportedJob';
import {openReferenceLog} from '../../logs/referenceLog';
import {readLines, type StoredLog} from '../../logs/storedLog';
import {readRunElsewhere} from '../../runs/runStore';
import type {StudyState} from '../studyState';

/** Lines of one log that are reported at a time; what came before them can be asked for. */
const LINES_AT_MOST = 5000;

type Here = Pick<StudyState, 'folder'>;

/** Where a job of an exported copy writes its log, until it has ended. */
function pathOf({folder}: Here, {action}: Job): string {
  return join(folder.study, '../work', stemOf(action), 'log');
}

/** The log, as far as it is written, of a job that a workflow engine carries out just now; null where that is none of its. */
export async function openLogElsewhere(here: Here, jobId: string): Promise<StoredLog | null> {
  const run = await readRunElsewhere(here.folder);
  const job = run?.jobs.find(({id, statusCode}) => id === jobId && !isFinal(statusCode));
  return job === undefined ? null : openReferenceLog(pathOf(here, job));
}

/** Reports what the jobs of such a run have printed since it was looked last. */
export function createLogsElsewhere(state: Pick<StudyState, 'folder' | 'emit'>) {
  const seen = new Map<string, {readonly size: number; readonly lines: number}>();
  return async (run: RunRecord): Promise<void> => {
    for (const job of run.jobs) {
      if (isFinal(job.statusCode)) continue;
      const path = pathOf(state, job);
      const size = (await stat(path).catch(() => null))?.size ?? 0;
      const before = seen.get(job.id) ?? {size: 0, lines: 0};
      const log = size === before.size ? null : await openReferenceLog(path);
      if (log === null) continue;
      const firstSeq = Math.max(before.lines, log.totalLines - LINES_AT_MOST);
      const lines = await readLines(log, firstSeq, LINES_AT_MOST);
      seen.set(job.id, {size, lines: firstSeq + lines.length});
      const batch = {jobId: job.id, action: job.action, firstSeq, lines};
      state.emit({kind: 'run-event', event: {event: 'log', runId: run.id, batch}});
    }
  };
}
