import {appError, failWith} from '../../../shared/errors';
import type {DatasetWork} from '../../../shared/dataset';
import {ok} from '../../../shared/result';
import type {EhrqlProgram, ProgramInput} from '../../ehrql/programs';
import type {ImagesFacet} from '../engines/imagesFacet';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {copyForAction} from '../tools/actionCopy';
import type {Definition} from './definitions';
import {runEhrql, type EhrqlEnd} from './runEhrql';

/** What each kind of work is called. */
const WORDS = {
  look: 'reading',
  try: 'try',
  assure: 'test',
  make: 'making of dummy tables',
} as const;

/** How a program of ehrQL ended for a definition, in which image, and what there is to know of it. */
export interface WorkEnd {
  readonly end: EhrqlEnd;
  readonly notices: readonly string[];
  readonly image: string;
}

/** The work with ehrQL that is under way for a study: it can be stopped, and none of it outlives the study. */
export class EhrqlWork {
  private readonly underWay = new Map<Promise<unknown>, AbortController>();
  /** What can be stopped: the newest of its kind of each action or file. */
  private readonly stops = new Map<string, AbortController>();

  constructor(
    private readonly state: StudyState,
    private readonly images: ImagesFacet,
  ) {}

  /** How this work is stopped; an older one of the same kind is. */
  begin(what: DatasetWork, of: string): AbortController {
    const key = `${what} ${of}`;
    this.stops.get(key)?.abort(appError('cancelled', `A newer ${WORDS[what]} of ${of} has begun.`));
    const stop = new AbortController();
    this.stops.set(key, stop);
    return stop;
  }

  /** Stops the newest work of a kind, where there is any. */
  stop(what: DatasetWork, of: string): void {
    this.stops
      .get(`${what} ${of}`)
      ?.abort(appError('cancelled', `The ${WORDS[what]} of ${of} was stopped.`));
  }

  /** Runs a program on a definition, in the image of its action, on a copy of the code. */
  async carryOut(
    {action, project, file, args}: Definition,
    program: (input: ProgramInput) => EhrqlProgram,
    stop: AbortController,
  ): Answer<WorkEnd> {
    const work = async (): Answer<WorkEnd> => {
      const copied = await copyForAction(this.state, this.images, project, action);
      if (!copied.ok) return copied;
      const end = await runEhrql(
        this.state,
        copied.value,
        (image) => program({...image, file, args}),
        stop.signal,
      );
      const {definition, notices} = copied.value;
      return end.ok ? ok({end: end.value, notices, image: definition.image}) : end;
    };
    if (this.state.isClosed()) return failWith('cancelled', 'The study was closed.');
    const working = work();
    this.underWay.set(working, stop);
    try {
      return await working;
    } finally {
      this.underWay.delete(working);
    }
  }

  /** Stops what is under way, and waits for its end. */
  async close(): Promise<void> {
    for (const stop of this.underWay.values())
      stop.abort(appError('cancelled', 'The study was closed.'));
    await Promise.allSettled(this.underWay.keys());
  }
}
