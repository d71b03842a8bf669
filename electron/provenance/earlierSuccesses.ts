import type {HashedFile} from './hashCache';
import type {StudyLook} from './differences';
import type {Standing} from './evaluate';
import {comparer, needsFirst} from './evaluate';
import type {EarlierSuccess, StudyNow} from './provenance';
import type {SuccessRecord} from './successRecord';

/** The remembered successes of each action, the latest last. */
export interface Successes {
  of(action: string): readonly SuccessRecord[];
  latest(action: string): SuccessRecord | null;
}

/**
 * For each action out of date, the newest success that was made from exactly what the study holds
 * now, provided that whatever is out of date upstream of it is restored too.
 */
export function earlierSuccesses(
  study: StudyNow,
  standings: ReadonlyMap<string, Standing>,
  successes: Successes,
  around: StudyLook,
  available: ReadonlySet<string>,
): readonly EarlierSuccess[] {
  const chosen = new Map<string, SuccessRecord>();
  const restored = new Map<string, HashedFile>();
  const compare = comparer(study, (action) => chosen.get(action) ?? successes.latest(action), {
    ...around,
    hash: (path) => restored.get(path) ?? around.hash(path),
  });
  const actions = new Map(study.project.actions.map((action) => [action.name, action]));
  for (const name of needsFirst(study.graph)) {
    const action = actions.get(name);
    const standing = standings.get(name);
    const kind = standing?.provenance.kind;
    if (action === undefined || (kind !== 'out-of-date' && kind !== 'upstream-out-of-date'))
      continue;
    // what it builds on stays out of date, and so would it
    if (standing?.because.some((root) => !chosen.has(root)) === true) continue;
    const fitting = [...successes.of(name)]
      .reverse()
      .find(
        (record) =>
          record.outputs.every((output) => available.has(output.sha256)) &&
          compare(action, record).length === 0,
      );
    if (fitting === undefined) continue;
    chosen.set(name, fitting);
    for (const {path, sha256, size} of fitting.outputs)
      restored.set(path, {sha256, size, mtimeMs: 0});
  }
  return [...chosen].map(([action, record]) => ({action, record}));
}
