import {type AppError, failWith, appError} from '../../../shared/errors';
import {isUnderWay} from '../../../shared/job';
import {err, ok, type Result} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import type {UnfinishedRun} from '../../../shared/runQueue';
import {fileSystemError, keepsFile} from '../../files/fileSystemError';
import type {Executor} from '../../executor/executor';
import {advanceJob} from '../../runs/jobMachine';
import type {PortsOfStudy} from '../../runs/runPorts';
import type {RunService} from '../../runs/runService';
import {readNewestRuns} from '../../runs/runStore';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** How often the engine is asked for while a run waits for it, in milliseconds. */
const ASK_MS = 3000;
/** Newest runs among which one that waited is looked for again. */
const RUNS_LOOKED_AT = 20;

/** Brings runs that were cut off to their ends, whenever the engine they ran in answers. */
export type Recovery = ReturnType<typeof createRecovery>;

/** Creates it for a study; `onFree` is called when no run waits for its engine any more. */
export function createRecovery(
  state: StudyState,
  service: RunService,
  portsOf: (executor: Executor, studyId: string) => PortsOfStudy,
  onFree: () => void,
) {
  const {board, context, folder, history} = state;
  let waiting: UnfinishedRun | null = null;
  let attempt: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let fault: AppError | null = null;
  let justEnded: string | null = null;

  const setWaiting = (next: UnfinishedRun | null): void => {
    if (JSON.stringify(next) === JSON.stringify(waiting)) return;
    waiting = next;
    state.emit({kind: 'unfinished-changed', unfinished: waiting});
    if (waiting === null) setImmediate(onFree);
  };

  const takeUp = async (takeOver = false): Promise<Result<string | null, AppError>> => {
    const prepared = await prepareStudyFolder(folder);
    if (!prepared.ok) return prepared;
    try {
      return await service.recover((executor) => portsOf(executor, prepared.value), takeOver);
    } catch (error) {
      // shown like any other reason, and tried again
      return err(notResumed(error));
    }
  };

  const tryOnce = async (): Promise<void> => {
    // the engine may have been asked for when the study was closed
    if (state.isClosed()) return;
    fault = null;
    const [oldest] = await service.unfinished();
    const waited = waiting;
    if (waited !== null && oldest?.id !== waited.runId) await takeIn(state, waited.runId);
    if (service.active().length > 0) return setWaiting(null);
    if (oldest === undefined) {
      const settled = (await service.hasRemains()) ? await takeUp() : ok(null);
      fault = settled.ok ? null : settled.error;
      return setWaiting(null);
    }
    // taken up again at once it would go round for ever
    const taken = oldest.id === justEnded ? err(notClosed()) : await takeUp();
    justEnded = null;
    if (taken.ok) return setWaiting(null);
    // its jobs are shown as what they are
    if (taken.error.kind === 'no-engine')
      for (const job of begun(oldest)) board.setJob(advanceJob(job, {kind: 'engine-lost'}));
    setWaiting({
      runId: oldest.id,
      startedAt: oldest.startedAt,
      actions: begun(oldest).map(({action}) => action),
      reason: taken.error,
    });
    retryLater(oldest);
  };

  const retryLater = (run: RunRecord): void => {
    if (timer !== null || state.isClosed()) return;
    timer = setTimeout(() => {
      timer = null;
      void context.executors.checkRun(run).then(() => recovery.recover());
    }, ASK_MS);
    timer.unref();
  };

  const recovery = {
    /** Tries now; resolves once what can be taken up is under way. What can't be waits for its engine. */
    recover(): Promise<void> {
      attempt ??= tryOnce()
        .catch((error: unknown) => {
          fault = notResumed(error);
          if (waiting !== null) setWaiting({...waiting, reason: fault});
        })
        .finally(() => {
          attempt = null;
        });
      return attempt;
    },
    /** Takes the study from the process that holds it, alive or not, and takes up what that had running. */
    async takeOver(): Answer<null> {
      await attempt;
      const taken = await takeUp(true);
      if (taken.ok) setWaiting(null);
      // what it had running may wait for its engine
      else await recovery.recover();
      return taken.ok ? ok(null) : taken;
    },
    /** A run has been shown as ended, which is left alone for a while should its record still be open. */
    ended: (runId: string): void => {
      justEnded = runId;
    },
    /** The run that waits for its engine; null where none does. */
    waiting: (): UnfinishedRun | null => waiting,
    /** Why what was half done could not be settled though no run waits; null where it could, or there was nothing. */
    fault: (): AppError | null => fault,
    /** Ends the waiting run without anything of it. */
    async giveUp(runId: string): Answer<null> {
      const waited = waiting !== null;
      // one that is being tried just now would keep the study to itself
      await attempt;
      const closed = await service.giveUp(runId);
      if (!closed.ok) return closed;
      for (const job of closed.value.jobs) history.note(job);
      board.runEnded();
      setWaiting(null);
      // there may be another one
      if (waited) await recovery.recover();
      return ok(null);
    },
    close(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
  return recovery;
}

/** Takes in a run that waited here and that another process has brought to its end. */
async function takeIn({board, folder, history}: StudyState, runId: string): Promise<void> {
  const runs = await readNewestRuns(folder, RUNS_LOOKED_AT);
  for (const job of runs.find(({id}) => id === runId)?.jobs ?? []) history.note(job);
  board.runEnded();
}

function notClosed(): AppError {
  return appError('file-system', 'The record of a finished run could not be closed.', {
    hint: 'Free some space on the disk of the study, and check that its metadata folder can be written to.',
  });
}

function notResumed(error: unknown): AppError {
  if (keepsFile(error)) return fileSystemError('An interrupted run could not be finished.', error);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return appError('bug', 'The run could not be resumed.', {detail});
}

/** Why nothing can be started while an interrupted run can't be finished: its engine, or what `reason` says. */
export function refusedWhileWaiting({actions, reason}: UnfinishedRun): Result<never, AppError> {
  const what = actions.length === 0 ? 'An interrupted run' : actions.join(', ');
  const left = 'Jobs that were running when Study Desk was closed must be finished first.';
  if (reason.kind === 'no-engine')
    return failWith(
      'no-engine',
      `${what} ${actions.length > 1 ? 'wait' : 'waits'} for the container engine.`,
      {
        why: `${reason.message} ${left}`,
        hint: `${reason.hint ?? 'Start the engine.'} Or give up the unfinished run.`,
      },
    );
  return err({
    ...reason,
    message: `${what} could not be finished yet.`,
    why: [left, reason.message, reason.why ?? ''].join(' ').trim(),
    hint: `${reason.hint ?? 'Try again.'} Its results so far are not lost.`,
  });
}

function begun(run: RunRecord) {
  return run.jobs.filter((job) => isUnderWay(job.state));
}
