import {failWith, type AppError} from './errors';
import {ok, type Result} from './result';

/** Whether there is a newer Study Desk, and how far it is. */
export interface Update {
  /** Of the one that runs. */
  readonly version: string;
  /** It can replace itself; somebody else does, such as the system's package manager; or it was made without a feed. */
  readonly way: 'here' | 'elsewhere' | 'none';
  readonly step: 'not-asked' | 'asking' | 'newest' | 'offered' | 'downloading' | 'ready';
  /** The newer one; what is new in it, in its makers' words. */
  readonly offer: {readonly version: string; readonly news: string} | null;
  /** How much of it is here, of 1; null while none is on its way. */
  readonly share: number | null;
  /** Why the last step failed; null where it did not. */
  readonly error: AppError | null;
}

type Answer = Promise<Result<Update, AppError>>;

/** Looks for a newer Study Desk, brings it and puts it in the place of this one, each only when asked. */
export interface Updates {
  state(): Answer;
  /** Asks the feed which version is the newest. */
  look(): Answer;
  /** Downloads what was offered; answers once that is under way. */
  download(): Answer;
  stop(): Answer;
  /** Puts it in the place of this one and ends the application, which starts again. */
  install(): Answer;
}

const NO_UPDATE: Update = {
  ...{version: '', way: 'none', step: 'not-asked', offer: null, share: null, error: null},
};

const refused: Updates['look'] = async () =>
  failWith('invalid-request', 'Study Desk is updated where it runs, not in a browser.');

/** Where it is nobody's business, such as in a browser. */
export const NO_UPDATES: Updates = {
  ...{look: refused, download: refused, stop: refused, install: refused},
  state: async () => ok(NO_UPDATE),
};
