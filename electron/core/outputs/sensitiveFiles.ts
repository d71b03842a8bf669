import type {Project} from '../../../shared/project';
import {TIERS, type Tier} from '../../../shared/sensitivity';
import {createFindMatching} from '../../files/findMatching';
import {matchOutputs} from '../../outputs/matchOutputs';
import {matchesPattern} from '../../study/outputPattern';
import type {RunHistory} from '../../runs/runHistory';

/** A file of the study that is an output. */
export interface TieredFile {
  readonly path: string;
  /** As project.yaml has it now; for files that it does not know, as the run that made them had it. */
  readonly tier: Tier;
  /** The most sensitive that project.yaml or any run says of it: what leaves Study Desk goes by this. */
  readonly strictest: Tier;
  readonly action: string;
  /** project.yaml has an action and a pattern for it. */
  readonly expected: boolean;
}

/** The outputs that lie in the study, whoever made them, and those that runs are known to have made. */
export async function tieredFiles(
  studyDir: string,
  project: Project | null,
  history: RunHistory,
): Promise<readonly TieredFile[]> {
  const find = createFindMatching(studyDir);
  const files = new Map<string, TieredFile>();
  const take = (path: string, tier: Tier, action: string, expected: boolean): void => {
    const known = files.get(path);
    if (known === undefined) {
      files.set(path, {path, tier, strictest: tier, action, expected});
      return;
    }
    const strictest = stricter(known.strictest, tier);
    // two actions may claim a file; what a run of before says counts for what leaves only
    files.set(path, {
      ...known,
      strictest,
      tier: expected ? stricter(known.tier, tier) : known.tier,
    });
  };
  for (const {name, outputs} of project?.actions ?? []) {
    const found = await Promise.all(outputs.map(({pattern}) => find(pattern)));
    for (const {path, tier} of matchOutputs(outputs, [...new Set(found.flat())]).matched)
      take(path, tier, name, true);
  }
  for (const action of history.actions())
    for (const {path, tier} of history.past(action)?.success?.outputs ?? [])
      take(path, tier, action, false);
  return [...files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The tier that project.yaml has for a file, the strictest where several patterns fit; null where none does. */
export function expectedTier(project: Project | null, path: string): Tier | null {
  const tiers = (project?.actions ?? []).flatMap(({outputs}) =>
    outputs.filter(({pattern}) => matchesPattern(pattern, path)).map(({tier}) => tier),
  );
  return tiers.length === 0 ? null : tiers.reduce(stricter);
}

function stricter(one: Tier, other: Tier): Tier {
  return TIERS.indexOf(one) <= TIERS.indexOf(other) ? one : other;
}
