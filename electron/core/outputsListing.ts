import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {ExpectedPattern, OutputEntry, OutputFile, OutputsListing} from '../../shared/output';
import type {Project} from '../../shared/project';
import type {RunHistory} from '../runs/runHistory';
import {matchesPattern} from '../study/outputPattern';

/** Files looked at together. */
const AT_ONCE = 64;

/** Every output that the latest successes made, and what the patterns of project.yaml stand for now. */
export async function listOutputs(
  studyDir: string,
  project: Project | null,
  history: RunHistory,
): Promise<OutputsListing> {
  const entries = await outputEntries(studyDir, history);
  const byAction = new Map<string, OutputEntry[]>();
  for (const entry of entries) {
    const known = byAction.get(entry.action);
    if (known === undefined) byAction.set(entry.action, [entry]);
    else known.push(entry);
  }
  const patterns: ExpectedPattern[] = [];
  const claimed = new Set<OutputEntry>();
  for (const action of project?.actions ?? [])
    for (const {tier, pattern} of action.outputs) {
      const matching = (byAction.get(action.name) ?? []).filter(({path}) =>
        matchesPattern(pattern, path),
      );
      for (const entry of matching) claimed.add(entry);
      patterns.push({action: action.name, tier, pattern, files: matching.map(({path}) => path)});
    }
  return {
    outputs: entries,
    patterns,
    orphans: project === null ? [] : entries.filter((entry) => !claimed.has(entry)),
  };
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
