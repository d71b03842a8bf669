import {setTimeout as delay} from 'node:timers/promises';
import type {EngineStatus} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Study} from '../core/study';
import {onInterruption} from './interruption';

/** What keeps a run from starting and passes by itself. */
export type Obstacle =
  /** Another process works in the study. */
  | {readonly kind: 'busy'; readonly error: AppError}
  /** A run that was cut off is to be brought to its end first, and its engine, which `ask` asks, does not answer. */
  | {readonly kind: 'engine'; readonly error: AppError; readonly ask: () => Promise<EngineStatus>};

/** How often it is looked whether the study is free, in milliseconds. */
const LOOK_MS = 500;
/** How often an engine is asked, and `opensafely run` looked for, which both take longer. */
const ASK_MS = 2000;

/** Whether a refused start is worth waiting for, and for what; null where waiting changes nothing. */
export async function obstacleOf(study: Study, error: AppError): Promise<Obstacle | null> {
  if (error.kind === 'study-busy') return {kind: 'busy', error};
  const unfinished = study.runs.unfinished();
  if (error.kind !== 'no-engine' || unfinished === null) return null;
  const open = await study.runs.open();
  const run = open.find((each) => each.run.id === unfinished.runId)?.run;
  return run === undefined ? null : {kind: 'engine', error, ask: () => study.engines.checkRun(run)};
}

/** What a run waits for, in a line. */
export function obstacleText({error}: Obstacle): string {
  return ['Waiting.', error.message, ...(error.why === undefined ? [] : [error.why])].join(' ');
}

/** The waiting of one run, from the first obstacle to its start: a signal ends it. */
export type Waiting = ReturnType<typeof createWaiting>;

/** Begins to wait. */
export function createWaiting() {
  const interrupt = new AbortController();
  const {signal} = interrupt;
  const hearNoMore = onInterruption(() => interrupt.abort());
  const pause = (ms: number): Promise<void> =>
    delay(ms, undefined, {signal}).catch(() => undefined);
  return {
    /** A signal has come: nothing shall be run any more. */
    isOver: (): boolean => signal.aborted,
    /** Resolves once the study is free, as far as this process can see. */
    async untilFree(study: Study): Promise<void> {
      // what nothing is known of is looked for by the next try, which takes longer
      if (!(await isRunning(study))) return pause(ASK_MS);
      do await pause(LOOK_MS);
      while (!signal.aborted && (await isRunning(study)));
    },
    /**
     * Resolves once the engine answers. The study may not be open meanwhile: it would take up the run that was cut off
     * by itself.
     */
    async forEngine(ask: () => Promise<EngineStatus>): Promise<void> {
      do await pause(ASK_MS);
      while (!signal.aborted && (await ask()).state !== 'ready');
    },
    /** Signals mean what they meant before. */
    close: hearNoMore,
  };
}

async function isRunning(study: Study): Promise<boolean> {
  return (await study.runs.open()).some(({process}) => process !== null);
}
