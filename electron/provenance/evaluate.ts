import type {ActionGraph} from '../../shared/graph';
import type {Action} from '../../shared/project';
import {upstreamReason} from '../../shared/outOfDateReason';
import type {OutOfDateReason, Provenance} from '../../shared/status';
import type {Difference, InputNow, InputsNow, StudyLook} from './differences';
import {
  codeDifferences,
  definitionDifferences,
  digestOfDifferences,
  inputDifferences,
  newCodeDifferences,
  outputDifferences,
} from './differences';
import type {StudyNow} from './provenance';
import type {SuccessRecord, UpToDateMark} from './successRecord';

/** Reasons given for one action; more are counted only. */
const MOST_REASONS = 12;

/** How one action stands, with what a mark has to remember of it. */
export interface Standing {
  readonly record: SuccessRecord | null;
  readonly provenance: Provenance;
  /** Digest of its own differences. */
  readonly differences: string;
  /** Actions out of date by themselves that it builds on. */
  readonly because: readonly string[];
}

/** The remembered successes and marks that an evaluation asks for. */
export interface Remembered {
  readonly latest: (action: string) => SuccessRecord | null;
  readonly markOf: (action: string) => UpToDateMark | null;
}

/** How every action of a study stands, by what it was made from and by what it builds on. */
export function evaluate(
  study: StudyNow,
  remembered: Remembered,
  around: StudyLook,
): ReadonlyMap<string, Standing> {
  const compare = comparer(study, remembered.latest, around);
  const actions = new Map(study.project.actions.map((action) => [action.name, action]));
  const standings = new Map<string, Standing>();
  const roots = new Map<string, OutOfDateReason>();
  for (const name of needsFirst(study.graph)) {
    const action = actions.get(name);
    const record = remembered.latest(name);
    if (action === undefined || record === null) {
      standings.set(name, {record, provenance: {kind: 'never-run'}, differences: '', because: []});
      continue;
    }
    const found = [...compare(action, record), ...outputDifferences(record, around)];
    const differences = digestOfDifferences(found);
    const mark = markFor(record, remembered.markOf(name));
    const accepted = mark?.differences === differences;
    const because = outOfDateRoots(study.graph, name, standings).filter(
      (root) => mark?.upstream[root] !== standings.get(root)?.differences,
    );
    const upstream = because.map((root) => {
      const known = roots.get(root) ?? upstreamReason(root, standings.get(root)?.provenance);
      roots.set(root, known);
      return known;
    });
    const provenance = provenanceOf(
      accepted ? [] : found.map(({reason}) => reason),
      upstream,
      accepted ? mark.reason : null,
    );
    standings.set(name, {record, provenance, differences, because});
  }
  return standings;
}

/**
 * Differences of an action from one of its successes, outputs aside. Code is compared once for all
 * actions that used the same files.
 */
export function comparer(
  study: StudyNow,
  latest: (action: string) => SuccessRecord | null,
  around: StudyLook,
): (action: Action, record: SuccessRecord) => readonly Difference[] {
  const code = new Map<string, readonly Difference[]>();
  return (action, record) => {
    const key = `${record.codeFoundBy} ${record.codeManifest}`;
    const codeFound = code.get(key) ?? codeDifferences(record, around);
    code.set(key, codeFound);
    return [
      ...definitionDifferences(
        record,
        action,
        study.imageIds.get(action.run.argv[0] ?? '') ?? null,
        around,
      ),
      ...codeFound,
      ...newCodeDifferences(record, action, around),
      ...inputDifferences(record, inputsOf(action, latest), around),
    ];
  };
}

/** Names with needs before what needs them. */
export function needsFirst(graph: ActionGraph): readonly string[] {
  return [...graph.names].sort(
    (one, other) => (graph.rank.get(one) ?? 0) - (graph.rank.get(other) ?? 0),
  );
}

function inputsOf(action: Action, latest: (action: string) => SuccessRecord | null): InputsNow {
  const files = new Map<string, InputNow>();
  let complete = true;
  for (const need of action.needs) {
    const record = latest(need);
    if (record === null) complete = false;
    for (const {path, sha256} of record?.outputs ?? [])
      files.set(path, {by: need, sha256, madeAt: record?.completedAt ?? ''});
  }
  return {files, complete};
}

/** A mark speaks of one success only: a later one needs no mark. */
function markFor(record: SuccessRecord, mark: UpToDateMark | null): UpToDateMark | null {
  return mark !== null && mark.jobId === record.jobId ? mark : null;
}

function outOfDateRoots(
  graph: ActionGraph,
  action: string,
  standings: ReadonlyMap<string, Standing>,
): readonly string[] {
  const roots = new Set<string>();
  for (const need of graph.upstream.get(action) ?? []) {
    const standing = standings.get(need);
    if (standing?.provenance.kind === 'out-of-date') roots.add(need);
    for (const root of standing?.because ?? []) roots.add(root);
  }
  return [...roots];
}

function provenanceOf(
  own: readonly OutOfDateReason[],
  upstream: readonly OutOfDateReason[],
  markedBecause: string | null,
): Provenance {
  if (own.length === 0 && upstream.length === 0) return {kind: 'up-to-date', markedBecause};
  if (own.length === 0)
    return {kind: 'upstream-out-of-date', because: upstream.flatMap(({action = ''}) => action)};
  const reasons = [...own, ...upstream];
  const more = reasons.length - MOST_REASONS;
  const next = reasons[MOST_REASONS];
  if (more <= 1 || next === undefined) return {kind: 'out-of-date', reasons};
  const summary = {kind: next.kind, message: `${more} more changes`, path: null, changedAt: null};
  return {kind: 'out-of-date', reasons: [...reasons.slice(0, MOST_REASONS), summary]};
}
