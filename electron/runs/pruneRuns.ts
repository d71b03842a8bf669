import {rm} from 'node:fs/promises';
import type {Job} from '../../shared/job';
import type {RunRecord} from '../../shared/run';
import {readRuns, type StoredRun} from './runStore';
import type {StudyFolder} from './studyFolder';

/**
 * Removes the oldest records of runs with their logs, so that so many are left at most; null keeps all. One stays, however
 * old, that decides an action's status: with its latest attempt, or its latest success. So does one without an end, and
 * one whose containers are kept.
 */
export async function pruneRuns(folder: StudyFolder, limit: number | null): Promise<void> {
  if (limit === null) return;
  for (const {dir} of runsBeyond(await readRuns(folder), limit))
    await rm(dir, {recursive: true, force: true});
}

/** Of runs, oldest first, those that are to go. Pure. */
export function runsBeyond(runs: readonly StoredRun[], limit: number): readonly StoredRun[] {
  const needed = new Set<string>();
  for (const test of [wasTried, hasSucceeded]) {
    const found = new Set<string>();
    for (const {record} of [...runs].reverse())
      for (const job of record.jobs) {
        if (!test(job) || found.has(job.action)) continue;
        found.add(job.action);
        needed.add(record.id);
      }
  }
  const mustStay = ({id, endedAt, options}: RunRecord): boolean =>
    endedAt === null || options.debug || needed.has(id);
  return runs.slice(0, Math.max(0, runs.length - limit)).filter(({record}) => !mustStay(record));
}

/** One that was stopped or not begun says nothing of its action. */
function wasTried({state}: Job): boolean {
  return state !== 'cancelled' && state !== 'not-started';
}

function hasSucceeded({state}: Job): boolean {
  return state === 'succeeded';
}
