import type {SomeSettings} from '../../shared/settings';
import {setAside} from '../files/setAside';
import {writeFileAtomically} from '../files/writeAtomically';
import type {StoredSettings} from './decodeSettings';

/**
 * Writes settings in place of those of a file, beside what else was in it; a file that was not wholly understood is put
 * aside first. Answers what the file holds now. Fails with the system's error.
 */
export async function replaceSettings(
  path: string,
  before: StoredSettings,
  settings: SomeSettings,
): Promise<StoredSettings> {
  if (before.faults.length > 0) await setAside(path);
  await writeFileAtomically(path, `${JSON.stringify({...before.others, ...settings}, null, 2)}\n`);
  return {settings, faults: [], others: before.others};
}
