import {readRestored} from '../../provenance/successLedger';
import {readOpensafelyJobs} from '../../runs/opensafelyState';
import {readRuns} from '../../runs/runStore';
import {readRecords} from '../../runs/studyDamage';
import type {StudyState} from '../studyState';

/** Reads the records of earlier runs, ours and those of `opensafely run`, in place of what was known of them before. */
export async function readPast(state: StudyState): Promise<void> {
  const {dir, folder, history} = state;
  const {name} = state.snapshot();
  const [{runs, damage}, opensafelyJobs] = await Promise.all([
    readRecords(folder, name),
    readOpensafelyJobs(dir, name),
  ]);
  history.clear();
  for (const relative of state.checkout?.relatives ?? [])
    for (const {record} of await readRuns(relative))
      for (const job of record.jobs) if (job.state === 'succeeded') history.note(job);
  for (const {record} of runs) for (const job of record.jobs) history.note(job);
  state.setDamage(damage);
  for (const restored of readRestored(dir)) history.noteRestored(restored);
  history.noteOpensafely(opensafelyJobs);
}
