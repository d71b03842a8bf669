import type {EngineListing, EngineStatus, FoundEngine} from '../engine';
import {ofApp, ofStudy} from './request';
import {name} from './schemas';

/** The container engines of this computer, and which one the window's study uses. */
export const engineRequests = {
  /** How the engine that the window's study uses is now. */
  check: ofApp({}).answers<EngineStatus>(),
  /** At once: none of them has been asked yet. */
  list: ofApp({}).answers<EngineListing>(),
  /** Null where none has that name any more. */
  probe: ofApp({engine: name}).answers<FoundEngine | null>(),
  /** Starts one that this user may start. */
  start: ofApp({engine: name}).answers<null>(),
  /** For the study; null leaves it to the user's settings. Refused while something runs. */
  choose: ofStudy({engine: name.nullable()}).answers<null>(),
};
