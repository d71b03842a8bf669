import {groupBy} from '../../../shared/groupBy';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {
  ExpectedPattern,
  OutputEntry,
  OutputFile,
  OutputsListing,
} from '../../../shared/output';
import type {Project} from '../../../shared/project';
import {createFindMatching} from '../../files/findMatching';
import type {RunHistory} from '../../runs/runHistory';
import {matchesPattern} from '../../study/outputPattern';

/** Files looked at together. */
const AT_ONCE = 64;

/**
 * Every output that the latest successes made, and what the patterns of project.yaml stand for now. Where a pattern stands for
 * nothing that was made here, files that lie there nevertheless are listed: they may come from another computer.
 */
export async function listOutputs(
  studyDir: string,
  project: Project | null,
  history: RunHistory,
): Promise<OutputsListing> {
  const recorded = await outputEntries(studyDir, history);
  const byAction = groupBy(recorded, ({action}) => action);
  const patterns: ExpectedPattern[] = [];
  const claimed = new Set<OutputEntry>();
  const others: OutputEntry[] = [];
  const listed = new Set(recorded.map(({path}) => path));
  const find = createFindMatching(studyDir);
  for (const {name: action, outputs} of project?.actions ?? [])
    for (const {tier, pattern} of outputs) {
      const matching = (byAction.get(action) ?? []).filter(({path}) =>
        matchesPattern(pattern, path),
      );
      for (const entry of matching) claimed.add(entry);
      const files = matching.map(({path}) => path);
      if (files.length === 0)
        for (const path of await find(pattern)) {
          const entry = listed.has(path) ? null : await otherEntry(studyDir, {path, tier, action});
          if (entry === null) continue;
          listed.add(path);
          others.push(entry);
          files.push(path);
        }
      patterns.push({action, tier, pattern, files});
    }
  return {
    outputs: [...recorded, ...others],
    patterns,
    orphans: project === null ? [] : recorded.filter((entry) => !claimed.has(entry)),
  };
}

/** A file that no run is known to have made; null where it is gone. */
async function otherEntry(
  studyDir: string,
  {path, tier, action}: Pick<OutputEntry, 'path' | 'tier' | 'action'>,
): Promise<OutputEntry | null> {
  const found = await stat(join(studyDir, path)).catch(() => null);
  if (found === null) return null;
  const {size, mtime} = found;
  const unknown = {sha256: '', runId: null, excludedReason: null};
  return {path, tier, action, size, ...unknown, producedAt: mtime.toISOString(), present: true};
}

async function outputEntries(
  studyDir: string,
  history: RunHistory,
): Promise<readonly OutputEntry[]> {
  const entries: OutputEntry[] = [];
  const looks: Promise<OutputEntry>[] = [];
  for (const action of history.actions()) {
    const success = history.past(action)?.success ?? null;
    if (success === null) continue;
    const reasons = new Map(success.excluded.map(({path, reason}) => [path, reason]));
    const entryOf = async ({path, size, sha256, tier}: OutputFile): Promise<OutputEntry> => {
      const found = await stat(join(studyDir, path)).catch(() => null);
      return {
        path,
        tier,
        // `opensafely run` keeps no sizes
        size: size < 0 ? (found?.size ?? 0) : size,
        sha256,
        action,
        runId: success.runId,
        producedAt: success.completedAt,
        present: found !== null,
        excludedReason: reasons.get(path) ?? null,
      };
    };
    for (const output of success.outputs) {
      looks.push(entryOf(output));
      if (looks.length === AT_ONCE) entries.push(...(await Promise.all(looks.splice(0))));
    }
  }
  entries.push(...(await Promise.all(looks)));
  return entries;
}
