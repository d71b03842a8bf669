import * as z from 'zod';
import type {ImageMove, ReadyLook} from '../ready';
import {ofStudy} from './request';
import {name} from './schemas';

/** What would be on the server, tried here: one at a time, the latest that was asked for. */
export const readyRequests = {
  /** All that would go wrong on the server, gravest first; `quick` runs nothing. How far it is comes as `ready:progress`. */
  look: ofStudy({quick: z.boolean()}).answers<ReadyLook>(),
  /** Runs an action on its image and on another, in a copy; null for the one that takes the place of an image that is to go. */
  moveImage: ofStudy({action: name, image: name.nullable()}).answers<ImageMove>(),
  /** Stops either; what it has begun is removed. */
  stop: ofStudy({}).does(),
};
