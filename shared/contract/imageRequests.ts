import type {ImageUpdate} from '../engine';
import type {ImageListing, ImagePull} from '../images';
import {ofStudy, ofWindow} from './request';
import {listOf, name} from './schemas';

/** The images that the study needs: which are here, downloads beside any run, and the way by a file. */
export const imageRequests = {
  /** Asks no registry. */
  list: ofStudy({}).answers<ImageListing>(),
  /** Asks the registry of each. */
  newest: ofStudy({images: listOf(name)}).answers<readonly ImageUpdate[]>(),
  pulls: ofStudy({}).gives<readonly ImagePull[]>(),
  /** Begins to download; how far it is comes as an event. */
  pull: ofWindow({images: listOf(name)}).answers<null>(),
  stopPull: ofStudy({image: name}).does(),
  /** Asks where to write them and does; null when the user changes their mind. */
  save: ofWindow({images: listOf(name)}).answers<string | null>(),
  /** Asks for a file and loads it; answers what was in it, null when the user changes their mind. */
  load: ofWindow({}).answers<readonly string[] | null>(),
};
