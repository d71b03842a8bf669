import type {HashedFile} from './hashCache';
import {type CheckedAction, comparer, needsFirst} from './evaluate';
import type {EarlierSuccess, StudyNow} from './provenance';
import type {StudyLook} from './studyLook';
import type {SuccessRecord} from './successLedger';

/** The remembered successes of each action. */
export interface Successes {
  /** The latest last. */
  readonly of: (action: string) => readonly SuccessRecord[];
  /** The one that its outputs are from, as far as that has a record. */
  readonly recordOf: (action: string) => SuccessRecord | null;
}

/**
 * For each action out of date or not verified, the newest success that was made from exactly what the study holds
 * now, provided that whatever is out of date upstream of it is restored too.
 */
export function earlierSuccesses(
  study: StudyNow,
  checked: ReadonlyMap<string, CheckedAction>,
  successes: Successes,
  look: StudyLook,
  available: ReadonlySet<string>,
): readonly EarlierSuccess[] {
  const chosen = new Map<string, SuccessRecord>();
  const restored = new Map<string, HashedFile>();
  const compare = comparer(study, (action) => chosen.get(action) ?? successes.recordOf(action), {
    ...look,
    hash: (path) => restored.get(path) ?? look.hash(path),
  });
  const actions = new Map(study.project.actions.map((action) => [action.name, action]));
  for (const name of needsFirst(study.graph)) {
    const action = actions.get(name);
    const found = checked.get(name);
    if (
      action === undefined ||
      found === undefined ||
      (found.status === null && found.because.length === 0)
    )
      continue;
    // what it builds on stays out of date, and so would it
    if (found.because.some((root) => !chosen.has(root))) continue;
    const fitting = [...successes.of(name)]
      .reverse()
      .find(
        (record) =>
          record.supplied === undefined &&
          record.outputs.every((output) => available.has(output.sha256)) &&
          compare(action, record).length === 0,
      );
    if (fitting === undefined) continue;
    chosen.set(name, fitting);
    for (const {path, sha256, size} of fitting.outputs)
      restored.set(path, {sha256, size, mtimeMs: 0, ctimeMs: 0, ino: 0});
  }
  return [...chosen].map(([action, record]) => ({action, record}));
}
