import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {isFinal, type Job} from '../../../shared/job';
import type {Tier, TierCounts} from '../../../shared/sensitivity';
import {lastJobOf, type ActionStatus, type Provenance} from '../../../shared/status';
import type {ActionPast, RunHistory} from '../../runs/runHistory';

/** Files looked at together. */
const AT_ONCE = 64;

/** The middle value; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** How many outputs of each tier. */
export function countTiers(outputs: readonly {readonly tier: Tier}[]): TierCounts {
  const counts = {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0};
  for (const output of outputs) counts[output.tier] += 1;
  return counts;
}

/** What is shown of an action; `live` is its job in a run under way. Of one without a past, `provenance` says that it has never run. */
export function actionStatus(
  action: string,
  past: ActionPast | null,
  live: Job | null,
  outputsPresent: boolean,
  provenance: Provenance,
): ActionStatus {
  return {
    action,
    lastJob: live === null ? (past?.last ?? null) : lastJobOf(live),
    outcome: past?.outcome ?? null,
    outputsPresent,
    outputCounts: countTiers(past?.success?.outputs ?? []),
    provenance: past?.success === null ? {kind: 'never-run'} : provenance,
    expectedSeconds: median(past?.durations ?? []),
  };
}

/** For each action that has succeeded: every recorded output is still on disk (RULES "Jobs of a request"). */
export async function findOutputsPresent(
  studyDir: string,
  history: RunHistory,
  actions: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const present = new Map<string, boolean>();
  const files: {readonly action: string; readonly path: string}[] = [];
  for (const action of actions) {
    const success = history.past(action)?.success ?? null;
    if (success === null) continue;
    present.set(action, true);
    for (const {path} of success.outputs) files.push({action, path});
  }
  for (let start = 0; start < files.length; start += AT_ONCE)
    await Promise.all(
      files.slice(start, start + AT_ONCE).map(async ({action, path}) => {
        const found = await stat(join(studyDir, path)).catch(() => null);
        if (found === null) present.set(action, false);
      }),
    );
  return present;
}

/** The job of an action in a run under way that is not done yet, or null. */
export function openJobs(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  return new Map(jobs.filter((job) => !isFinal(job.statusCode)).map((job) => [job.action, job]));
}
