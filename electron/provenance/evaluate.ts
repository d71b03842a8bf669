import type {ActionGraph} from '../../shared/graph';
import {notVerifiedReason, upstreamReason} from '../../shared/outOfDateReason';
import type {Action} from '../../shared/project';
import type {OutOfDateReason, Provenance} from '../../shared/status';
import {
  codeDifferences,
  definitionDifferences,
  type Difference,
  digestOfDifferences,
  inputDifferences,
  type InputNow,
  type InputsNow,
  newCodeDifferences,
  outputDifferences,
  withoutRecord,
} from './differences';
import {differencesByTimes, notComparedByTimes, type MadeFiles} from './differencesByTimes';
import type {KnownSuccess, StudyNow} from './provenance';
import type {StudyLook} from './studyLook';
import type {SuccessRecord, UpToDateMark} from './successLedger';

/** Reasons given for one action; more are counted only. */
const MOST_REASONS = 12;

/** What was found out about one action, with what a mark has to remember of it. */
export interface CheckedAction {
  /** The success that its outputs are from; null where it has none or that has no record. */
  readonly record: SuccessRecord | null;
  readonly provenance: Provenance;
  /** What is said of the action itself, whatever it builds on; null where nothing speaks against it. */
  readonly status: 'out-of-date' | 'not-verified' | null;
  /** Digest of its own differences. */
  readonly differences: string;
  /** Actions out of date or not verified by themselves that it builds on. */
  readonly because: readonly string[];
}

/** The remembered successes and marks that an evaluation asks for. */
export interface Remembered {
  /** The record of the success that the outputs are from, as far as there is one. */
  readonly recordOf: (action: string) => SuccessRecord | null;
  readonly whyNoRecord: () => string;
  readonly markOf: (action: string) => UpToDateMark | null;
}

/** What is known of every action of a study, by what it was made from and by what it builds on. */
export function evaluate(
  study: StudyNow,
  remembered: Remembered,
  look: StudyLook,
): ReadonlyMap<string, CheckedAction> {
  const compare = comparer(study, remembered.recordOf, look);
  const madeBy = (need: string): MadeFiles | null => {
    const success = study.successes.get(need);
    if (success?.ranBy === 'opensafely')
      return {paths: success.outputs, referenceEnd: success.completedAt};
    const outputs = remembered.recordOf(need)?.outputs;
    return outputs === undefined
      ? null
      : {paths: outputs.map(({path}) => path), referenceEnd: null};
  };
  const actions = new Map(study.project.actions.map((action) => [action.name, action]));
  const checked = new Map<string, CheckedAction>();
  const upstreamReasons = new Map<string, OutOfDateReason>();
  for (const name of needsFirst(study.graph)) {
    const action = actions.get(name);
    const success = study.successes.get(name);
    if (action === undefined || success === undefined) {
      checked.set(name, NEVER_RUN);
      continue;
    }
    const record = success.ranBy === 'study-desk' ? remembered.recordOf(name) : null;
    const found =
      success.ranBy === 'opensafely'
        ? differencesByTimes(success, action, madeBy, look)
        : record === null
          ? [withoutRecord(success.notRecorded ?? remembered.whyNoRecord())]
          : [
              // what else made supplied outputs is not known
              ...(record.supplied === undefined
                ? compare(action, record)
                : patternsChanged(action, record, look)),
              ...outputDifferences(record, look),
            ];
    const differences = digestOfDifferences(found);
    const mark = markFor(record?.jobId ?? success.jobId, remembered.markOf(name));
    const accepted = mark !== null && mark.differences === differences;
    const status = accepted ? null : worstOf(found);
    const supplied = record?.supplied;
    const roots = supplied === undefined ? rootsOf(study.graph, name, checked) : [];
    const because = roots.filter((root) => mark?.upstream[root] !== checked.get(root)?.differences);
    const upstream = because.map((root) => {
      const known = upstreamReasons.get(root) ?? reasonOfRoot(root, checked.get(root));
      upstreamReasons.set(root, known);
      return known;
    });
    const provenance =
      status === null && upstream.length === 0
        ? ((supplied && {kind: 'supplied' as const, ...supplied}) ??
          upToDate(action, success, accepted ? mark.reason : null))
        : provenanceOf(accepted ? [] : found.map(({reason}) => reason), status, upstream);
    checked.set(name, {record, provenance, status, differences, because});
  }
  return checked;
}

function patternsChanged(
  action: Action,
  record: SuccessRecord,
  look: StudyLook,
): readonly Difference[] {
  const changed = definitionDifferences(record, action, null, look);
  return changed.filter(({reason}) => reason.kind === 'output-patterns');
}

const NEVER_RUN: CheckedAction = {
  record: null,
  provenance: {kind: 'never-run'},
  status: null,
  differences: '',
  because: [],
};

/**
 * Differences of an action from one of its successes, outputs aside. Code is compared once for all
 * actions that used the same files.
 */
export function comparer(
  study: StudyNow,
  recordOf: (action: string) => SuccessRecord | null,
  look: StudyLook,
): (action: Action, record: SuccessRecord) => readonly Difference[] {
  const code = new Map<string, readonly Difference[]>();
  return (action, record) => {
    const key = `${record.codeFoundBy} ${record.codeManifest}`;
    const codeFound = code.get(key) ?? codeDifferences(record, look);
    code.set(key, codeFound);
    return [
      ...definitionDifferences(
        record,
        action,
        study.imageIds.get(action.run.argv[0] ?? '') ?? null,
        look,
      ),
      ...codeFound,
      ...newCodeDifferences(record, action, look),
      ...inputDifferences(record, inputsOf(action, study, recordOf), look),
    ];
  };
}

/** Names with needs before what needs them. */
export function needsFirst(graph: ActionGraph): readonly string[] {
  return [...graph.names].sort(
    (one, other) => (graph.rank.get(one) ?? 0) - (graph.rank.get(other) ?? 0),
  );
}

function inputsOf(
  action: Action,
  study: StudyNow,
  recordOf: (action: string) => SuccessRecord | null,
): InputsNow {
  const files = new Map<string, InputNow>();
  let complete = true;
  for (const need of action.needs) {
    const success = study.successes.get(need);
    const record = recordOf(need);
    if (record === null && success?.ranBy === 'opensafely') {
      const madeAt = new Date(success.completedAt * 1000).toISOString();
      for (const path of success.outputs) files.set(path, {by: need, sha256: null, madeAt});
      continue;
    }
    if (record === null) complete = false;
    for (const {path, sha256} of record?.outputs ?? [])
      files.set(path, {by: need, sha256, madeAt: record?.completedAt ?? ''});
  }
  return {files, complete};
}

/** A mark speaks of one success only: a later one needs no mark. */
function markFor(jobId: string, mark: UpToDateMark | null): UpToDateMark | null {
  return mark !== null && mark.jobId === jobId ? mark : null;
}

/** What is surely different counts before what is not known. */
function worstOf(found: readonly Difference[]): CheckedAction['status'] {
  if (found.length === 0) return null;
  return found.some(({reason}) => reason.kind !== 'not-verified') ? 'out-of-date' : 'not-verified';
}

function rootsOf(
  graph: ActionGraph,
  action: string,
  checked: ReadonlyMap<string, CheckedAction>,
): readonly string[] {
  const roots = new Set<string>();
  for (const need of graph.upstream.get(action) ?? []) {
    const found = checked.get(need);
    if (found === undefined) continue;
    if (found.status !== null) roots.add(need);
    for (const root of found.because) roots.add(root);
  }
  return [...roots];
}

function reasonOfRoot(root: string, found: CheckedAction | undefined): OutOfDateReason {
  return found?.status === 'not-verified'
    ? {...notVerifiedReason(`\`${root}\` is not verified`), action: root}
    : upstreamReason(root, found?.provenance);
}

function upToDate(action: Action, success: KnownSuccess, markedBecause: string | null): Provenance {
  return success.ranBy === 'opensafely' && markedBecause === null
    ? {kind: 'up-to-date-by-times', notCompared: notComparedByTimes(action)}
    : {kind: 'up-to-date', markedBecause};
}

/** Of an action that itself, or something that it builds on, is not known to be up to date. */
function provenanceOf(
  status: readonly OutOfDateReason[],
  worst: CheckedAction['status'],
  upstream: readonly OutOfDateReason[],
): Provenance {
  const surely = upstream.filter(({kind}) => kind === 'upstream');
  if (worst === null && surely.length > 0)
    return {kind: 'upstream-out-of-date', because: surely.flatMap(({action = ''}) => action)};
  const kind = worst ?? 'not-verified';
  const reasons = [...status, ...upstream];
  const more = reasons.length - MOST_REASONS;
  const next = reasons[MOST_REASONS];
  if (more <= 1 || next === undefined) return {kind, reasons};
  const message = kind === 'out-of-date' ? `${more} more changes` : `${more} more reasons`;
  const summary = {...next, message, path: null, changedAt: null};
  return {kind, reasons: [...reasons.slice(0, MOST_REASONS), summary]};
}
