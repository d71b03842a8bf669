import type {EngineListing, EngineStatus, FoundEngine} from '../engine';
import {request} from './request';
import {name} from './schemas';

/** The container engines of this computer, and which one the window's study uses. */
export const engineRequests = {
  /** How the engine that the window's study uses is now. */
  'engines:check': request({}).answers<EngineStatus>(),
  /** At once: none of them has been asked yet. */
  'engines:list': request({}).answers<EngineListing>(),
  /** Null where none has that name any more. */
  'engines:probe': request({engine: name}).answers<FoundEngine | null>(),
  /** Starts one that this user may start. */
  'engines:start': request({engine: name}).answers<null>(),
  /** For the study; null leaves it to the user's settings. */
  'engines:choose': request({engine: name.nullable()}).answers<null>(),
};
