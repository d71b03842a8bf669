import type {CauseWords} from '../failureFacts';
import type {PythonEnding} from './pythonEnding';

/** A failure of Python that is known by the exception that ended the program. */
export interface PythonCause {
  readonly rule: string;
  /** The first line of the message. */
  readonly message: RegExp;
  /** What further lines of the message look like; without it there are none. */
  readonly more?: RegExp;
  readonly when?: (ending: PythonEnding) => boolean;
  readonly say: (match: RegExpExecArray, ending: PythonEnding) => CauseWords;
}
