import {LEAST_MEMORY_BYTES} from '../../shared/engine';
import {formatGigabytes, formatMemory} from '../../shared/format';
import {fine, type Judgement, warning, wrong} from './judgement';

/** What jobs may take, beside what the engine has. */
export interface Load {
  readonly engine: {readonly cpus: number; readonly memoryBytes: number};
  /** So many may run at a time. */
  readonly together: number;
  /** The largest limits of any of them. */
  readonly largestMemoryBytes: number;
  readonly largestCpus: number;
}

/** Below this much free disk space a run is likely to fail. */
const LITTLE_DISK_BYTES = 1024 ** 3;

/** Whether an engine has the memory and the processors that jobs may take; asked before a run and by the doctor. Pure. */
export function judgeLoad({engine, together, largestMemoryBytes, largestCpus}: Load): Judgement {
  const settings = {remedy: {kind: 'dialog', dialog: 'settings'}} as const;
  if (largestCpus > engine.cpus)
    return wrong(
      `A job would be given ${largestCpus} processors, but the engine has ${engine.cpus}.`,
      {hint: 'Lower the number of processors in the settings or of this action.', ...settings},
    );
  if (largestMemoryBytes < LEAST_MEMORY_BYTES)
    return wrong('A job would be given less memory than a container can be made with.', {
      hint: `Give at least ${formatMemory(LEAST_MEMORY_BYTES)}.`,
      ...settings,
    });
  if (largestMemoryBytes > engine.memoryBytes)
    return warning(
      `A job may take ${formatGigabytes(largestMemoryBytes)} of memory, but the engine has only ${formatGigabytes(engine.memoryBytes)}.`,
      {
        hint: 'Lower the memory limit, or give the engine more memory; a job that needs it would be killed.',
        ...settings,
      },
    );
  if (together * largestMemoryBytes > engine.memoryBytes)
    return warning(
      `${together} jobs at a time may take ${formatGigabytes(together * largestMemoryBytes)} of memory, but the engine has ${formatGigabytes(engine.memoryBytes)}.`,
      {hint: 'Run fewer jobs at a time if one is killed for lack of memory.', ...settings},
    );
  return fine('Memory and processors are enough.');
}

/** Whether there is room for outputs where the study lies; asked before a run and by the doctor. Pure. */
export function judgeSpace(freeBytes: number): Judgement {
  return freeBytes < LITTLE_DISK_BYTES
    ? warning(`Only ${formatGigabytes(freeBytes)} are free on the disk that holds the study.`, {
        hint: 'Free some space first; outputs that do not fit are not saved.',
        remedy: {kind: 'dialog', dialog: 'clean-up'},
      })
    : fine(`${formatGigabytes(freeBytes)} are free.`);
}
