import type {ImageUpdate} from '../engine';
import type {ImageListing, ImagePull} from '../images';
import {request} from './request';
import {listOf, name} from './schemas';

/** The images that the study needs: which are here, downloads beside any run, and the way by a file. */
export const imageRequests = {
  /** Asks no registry. */
  'images:list': request({}).answers<ImageListing>(),
  /** Asks the registry of each. */
  'images:newest': request({images: listOf(name)}).answers<readonly ImageUpdate[]>(),
  'images:pulls': request({}).answers<readonly ImagePull[]>(),
  /** Begins to download; how far it is comes as an event. */
  'images:pull': request({images: listOf(name)}).answers<null>(),
  'images:stop-pull': request({image: name}).answers<null>(),
  /** Asks where to write them and does; null when the user changes their mind. */
  'images:save': request({images: listOf(name)}).answers<string | null>(),
  /** Asks for a file and loads it; answers what was in it, null when the user changes their mind. */
  'images:load': request({}).answers<readonly string[] | null>(),
};
