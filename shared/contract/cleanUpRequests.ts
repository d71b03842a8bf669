import * as z from 'zod';
import type {CleanUpDone, CleanUpPreview} from '../cleanUp';
import {ofStudy} from './request';
import {listOf, name} from './schemas';

const leftover = z.strictObject({
  kind: z.enum(['container', 'volume', 'image', 'folder', 'file', 'logs', 'cache']),
  id: name,
});

/** What earlier runs have left. */
export const cleanUpRequests = {
  preview: ofStudy({}).answers<CleanUpPreview>(),
  /** Of these, what is still left over when its turn comes. */
  remove: ofStudy({leftovers: listOf(leftover)}).answers<CleanUpDone>(),
};
