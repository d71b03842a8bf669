import type {OwnSettings} from '../settings';
import {ofStudy} from './request';
import {someSettings} from './schemas';

/** What was chosen for the open study alone. */
export const settingsRequests = {
  own: ofStudy({}).gives<OwnSettings>(),
  /**
   * Puts others in place of them. Refuses what a study can't choose, and another engine: that depends on what runs, and is
   * chosen by `engines:choose`.
   */
  saveOwn: ofStudy({settings: someSettings}).answers<OwnSettings>(),
};
