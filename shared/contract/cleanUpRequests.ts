import * as z from 'zod';
import type {CleanUpDone, CleanUpPreview} from '../cleanUp';
import {request} from './request';
import {listOf, name} from './schemas';

const leftover = z.strictObject({
  kind: z.enum(['container', 'volume', 'image', 'folder', 'logs', 'cache']),
  id: name,
});

/** What earlier runs have left. */
export const cleanUpRequests = {
  'cleanup:preview': request({}).answers<CleanUpPreview>(),
  /** Of these, what is still left over when its turn comes. */
  'cleanup:remove': request({leftovers: listOf(leftover)}).answers<CleanUpDone>(),
};
