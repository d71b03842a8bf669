import {err, ok} from '../../../shared/result';
import {fileSystemError} from '../../files/fileSystemError';
import {lockHolder} from '../../runs/studyLock';
import {putDamageAside, readRecords, removeAbandoned, type Damage} from '../../runs/studyDamage';
import {readDamagedCopies} from '../../runs/damagedCopies';
import type {StudyFolder} from '../../runs/studyFolder';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** What is kept of a study, as far as it is damaged. */
export interface RecordsFacet {
  /** As it was when it was last looked for. */
  damage(): readonly Damage[];
  /** Puts it aside, after a look at every log and copy that is kept too; answers in sentences what was put where. */
  repair(): Answer<readonly string[]>;
}

/** Creates it for a study. */
export function createRecordsFacet(state: StudyState): RecordsFacet {
  return {
    damage: () => state.damage(),
    repair: () => repairRecords(state, (folder) => readDamagedCopies(folder)),
  };
}

/**
 * Puts aside what of the study's records is damaged, and clears what writes that were cut short have left; answers in
 * sentences what was put where, and what further damage can only be shown. Nothing is touched while another process runs the study. `also` finds further damage.
 */
export async function repairRecords(
  state: StudyState,
  also: (folder: StudyFolder) => Promise<readonly Damage[]> = async () => [],
): Answer<readonly string[]> {
  const {folder} = state;
  if ((await lockHolder(folder.lock)) !== null) return ok([]);
  try {
    await removeAbandoned(folder);
    const workspace = state.snapshot().name;
    const {damage} = await readRecords(folder, workspace);
    const further = await also(folder);
    const moved = await putDamageAside(folder, [...damage, ...further]);
    state.setDamage(moved.length === 0 ? damage : (await readRecords(folder, workspace)).damage);
    const left = further.filter(({remedy}) => remedy === 'user');
    return ok([...moved, ...left.map(({message}) => message)]);
  } catch (error) {
    return err(fileSystemError('The damaged records could not be moved aside.', error));
  }
}
