import {expect} from 'vitest';
import type {Study} from '../../../electron/core/study';
import type {RunRecord} from '../../../shared/run';

/** The newest run of a study, once it has an end; waits for that so long at most. */
export async function newestEnded(study: Study, timeout: number): Promise<RunRecord | undefined> {
  const newest = async () => {
    const runs = await study.runs.list({limit: 1});
    return runs.ok ? runs.value[0] : undefined;
  };
  await expect
    .poll(async () => (await newest())?.endedAt ?? null, {timeout, interval: 100})
    .not.toBeNull();
  return newest();
}
