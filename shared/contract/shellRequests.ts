import * as z from 'zod';
import type {Shell, ShellOutput} from '../shell';
import {request} from './request';
import {count, name, text} from './schemas';

/** Size of a terminal in characters; none is larger than the largest screens. */
const size = z.strictObject({
  columns: z.int().min(2).max(2000),
  rows: z.int().min(1).max(1000),
});

/** Shells in images of actions. */
export const shellRequests = {
  'shells:open': request({action: name, size}).answers<Shell>(),
  /** For a page that has just been loaded: nothing is watched after this. */
  'shells:list': request({}).answers<readonly Shell[]>(),
  /** What it printed last; more comes as events, no faster than `shells:taken` says. */
  'shells:watch': request({id: name}).answers<ShellOutput>(),
  'shells:unwatch': request({id: name}).answers<null>(),
  'shells:taken': request({id: name, end: count}).answers<null>(),
  /** What was typed. */
  'shells:write': request({id: name, text}).answers<null>(),
  'shells:resize': request({id: name, size}).answers<null>(),
  'shells:close': request({id: name}).answers<null>(),
};
