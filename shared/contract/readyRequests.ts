import type {ImageMove} from '../ready';
import {ofStudy} from './request';
import {name} from './schemas';

/** What would be on the server, tried here. */
export const readyRequests = {
  /** Runs an action on its image and on another, in a copy; null for the one that takes the place of an image that is to go. */
  moveImage: ofStudy({action: name, image: name.nullable()}).answers<ImageMove>(),
  /** Stops that; what it has begun is removed. */
  stopMove: ofStudy({}).does(),
};
