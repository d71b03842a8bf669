import type {AppInfo, AppSettings} from '../app';
import type {RecentStudy} from '../study';
import {request} from './request';
import {appErrorSchema, exportContent, fileName, folder, someSettings} from './schemas';

/** The application around a study: windows, settings, files that leave it. */
export const appRequests = {
  'app:info': request({}).answers<AppInfo>(),
  'app:open-window': request({dir: folder.nullable()}).answers<null>(),
  'app:copy-report': request({error: appErrorSchema}).answers<null>(),
  /** Puts others in place of the user's own settings. */
  'app:save-settings': request({settings: someSettings}).answers<AppSettings>(),
  /** Asks for a folder; null when the user changes their mind. */
  'app:choose-study': request({}).answers<string | null>(),
  /** Asks where to put the sample study and copies it there. */
  'app:create-sample': request({}).answers<string | null>(),
  'app:forget-recent': request({dir: folder}).answers<readonly RecentStudy[]>(),
  /** Asks where to write a file and writes it; null when the user changes their mind. */
  'app:export': request({suggestedName: fileName, content: exportContent}).answers<string | null>(),
};
