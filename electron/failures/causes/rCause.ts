import type {CauseWords} from '../failureFacts';
import type {REnding} from './rEnding';

/** A failure of R that is known by the error that ended the script. */
export interface RCause {
  readonly rule: string;
  /** Somewhere in the message, whose parts are lines of their own. */
  readonly message: RegExp;
  readonly when?: (ending: REnding) => boolean;
  readonly say: (match: RegExpExecArray, ending: REnding) => CauseWords;
}
