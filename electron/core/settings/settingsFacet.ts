import type {settingsRequests} from '../../../shared/contract/settingsRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {err, ok, type Result} from '../../../shared/result';
import {appError, type AppError, failWith} from '../../../shared/errors';
import {
  resolveSettings,
  SETTING_KEYS,
  SETTINGS,
  withoutSetting,
  type GivenSettings,
  type OwnSettings,
  type ResolvedSettings,
  type SomeSettings,
} from '../../../shared/settings';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {parseJson, readRegularFile} from '../../files/openFile';
import {prepareStudyFolder, type StudyFolder} from '../../runs/studyFolder';
import {decodeSettings, type StoredSettings} from '../../settings/decodeSettings';
import {replaceSettings} from '../../settings/replaceSettings';
import type {Answer} from '../studyContext';

/** What was chosen for one study, beside what its user chose for all. */
export interface SettingsFacet extends FacetOf<typeof settingsRequests> {
  /** What holds in this study now, and where each value comes from. */
  current(): ResolvedSettings;
}

/** The facet, with what the study itself does with it. */
export interface StudySettings extends SettingsFacet {
  /** As `saveOwn`, whatever the engine. */
  save(settings: SomeSettings): Answer<OwnSettings>;
}

const NONE: StoredSettings = {settings: {}, faults: [], others: {}};

/** Reads a study's own settings; what can't be read is listed in `faults`, and takes no part. */
export async function openStudySettings(
  folder: StudyFolder,
  given: () => GivenSettings,
): Promise<StudySettings> {
  let stored = await read(folder);
  const current = (): OwnSettings => ({
    settings: stored.settings,
    faults: stored.faults.map((fault) => `The settings of this study: ${fault}`),
  });
  const save = async (settings: SomeSettings): Answer<OwnSettings> => {
    const refused = refusal(settings);
    if (refused !== null) return err(refused);
    const made = await prepareStudyFolder(folder);
    if (!made.ok) return made;
    try {
      stored = await replaceSettings(folder.settings, stored, settings);
      return ok(current());
    } catch (error) {
      return err(fileSystemError('The settings of this study could not be saved.', error));
    }
  };
  return {
    current: () => resolveSettings({...given(), study: stored.settings}),
    own: current,
    saveOwn: async ({settings}) =>
      settings.engine === stored.settings.engine ? save(settings) : byEngines(),
    save,
  };
}

async function read(folder: StudyFolder): Promise<StoredSettings> {
  try {
    const text = (await readRegularFile(folder.settings)).toString('utf8');
    const found = decodeSettings(parseJson(text));
    const refused = refusal(found.settings);
    return refused === null
      ? found
      : {
          ...found,
          settings: heard(found.settings),
          faults: [...found.faults, `${refused.message} That setting is ignored.`],
        };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return NONE;
    return {...NONE, faults: ['metadata/study-desk/settings.json can’t be read.']};
  }
}

/** Without what a study can't choose, which would else stand in the way of all that is chosen later. */
function heard(settings: SomeSettings): SomeSettings {
  const refused = SETTING_KEYS.filter((key) => !SETTINGS[key].perStudy);
  return refused.reduce(withoutSetting, settings);
}

function byEngines(): Result<never, AppError> {
  return failWith('invalid-request', 'The container engine can’t be set here.', {
    hint: 'Choose it under Container engines, or with `study-desk engines --choose NAME`.',
  });
}

function refusal(settings: SomeSettings): AppError | null {
  const alone = SETTING_KEYS.find((key) => settings[key] !== undefined && !SETTINGS[key].perStudy);
  return alone === undefined
    ? null
    : appError('invalid-request', `A study can’t choose “${SETTINGS[alone].label}”.`, {
        why: 'The study folder may come from somebody else.',
        hint: 'Set it for yourself, for all studies.',
      });
}
