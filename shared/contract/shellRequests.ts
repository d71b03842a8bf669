import * as z from 'zod';
import type {Shell, ShellOutput} from '../shell';
import {ofStudy} from './request';
import {count, name, text} from './schemas';

/** Size of a terminal in characters; none is larger than the largest screens. */
const size = z.strictObject({
  columns: z.int().min(2).max(2000),
  rows: z.int().min(1).max(1000),
});

/** Shells in images of actions. */
export const shellRequests = {
  /** `asLeft` with the files that the action's latest attempt had made, where it failed. */
  open: ofStudy({action: name, size, asLeft: z.boolean()}).answers<Shell>(),
  /** For a page that has just been loaded: nothing is watched after this. */
  list: ofStudy({}).gives<readonly Shell[]>(),
  /** What it printed last; more comes as events, no faster than `shells:taken` says. */
  watch: ofStudy({id: name}).answers<ShellOutput>(),
  /** Nobody looks at it: it goes on, and its latest output is kept. */
  unwatch: ofStudy({id: name}).does(),
  /** The page has taken all up to there. */
  taken: ofStudy({id: name, end: count}).does(),
  /** What was typed. */
  write: ofStudy({id: name, text}).does(),
  resize: ofStudy({id: name, size}).does(),
  /** Ends it, where it has not ended, and forgets it. */
  close: ofStudy({id: name}).does(),
};
