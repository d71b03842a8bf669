import type {OwnSettings} from '../settings';
import {request} from './request';
import {someSettings} from './schemas';

/** What was chosen for the open study alone. */
export const settingsRequests = {
  'settings:own': request({}).answers<OwnSettings>(),
  /** Puts others in place of them. */
  'settings:save-own': request({settings: someSettings}).answers<OwnSettings>(),
};
