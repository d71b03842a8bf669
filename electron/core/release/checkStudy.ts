import {
  CHECK_LEVELS,
  type CheckedFile,
  type CheckFinding,
  type CheckProgress,
  type CheckReport,
  type StudyFinding,
  type Waiver,
} from '../../../shared/check';
import {DISCLOSURE_RULES, RULES_VERSION} from '../../../shared/disclosureRules';
import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import {differencingFindings} from '../../disclosure/differencing';
import {figureFindings, isFigure, level4BeforeRun} from '../../disclosure/fileRules';
import type {FileCheck, FileChecks} from './readChecked';
import type {TieredFile} from '../outputs/sensitiveFiles';
import {waiverOf} from './waivers';

/** What a check of a study needs. */
export interface StudyToCheck {
  readonly snapshot: StudySnapshot;
  readonly files: readonly TieredFile[];
  readonly waivers: readonly Waiver[];
  readonly checks: FileChecks;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CheckProgress) => void;
}

/** Holds outputs against all rules: what project.yaml says, each file alone, then files beside each other. */
export async function checkStudy(study: StudyToCheck): Promise<Result<CheckReport, AppError>> {
  const {files, snapshot, signal, onProgress} = study;
  const checked: {readonly file: TieredFile; readonly check: FileCheck}[] = [];
  onProgress({done: 0, total: files.length});
  for (const [at, file] of files.entries()) {
    const check = await study.checks.check(file);
    if (signal.aborted) return failWith('cancelled', 'The checks were stopped.');
    if (check !== null) checked.push({file, check});
    onProgress({done: at + 1, total: files.length});
  }

  const actionOf = new Map(files.map(({path, action}) => [path, action]));
  const findings = [
    ...level4BeforeRun(snapshot.reading.problems),
    ...checked.flatMap(({check}) => check.findings),
    ...differencingFindings(checked.flatMap(({check}) => check.groups)),
    ...figures(checked, snapshot),
  ];
  return ok({
    rulesVersion: RULES_VERSION,
    checkedAt: new Date(study.now).toISOString(),
    files: checked.map(({file, check}): CheckedFile => ({
      path: file.path,
      action: file.action,
      rows: check.rows,
      columns: check.columns,
      notRead: check.notRead,
    })),
    findings: findings.map((each) => withWaiver(each, actionOf, study.waivers)).sort(inOrder),
    idleWaivers: study.waivers.filter(
      (waiver) =>
        !findings.some((each) => waiverOf([waiver], each) !== null) &&
        (actionOf.has(waiver.path) || !snapshot.broken),
    ),
  });
}

function figures(
  checked: readonly {readonly file: TieredFile; readonly check: FileCheck}[],
  {graph}: StudySnapshot,
): readonly CheckFinding[] {
  const tables = new Map<string, boolean>();
  for (const {file, check} of checked)
    if (check.rows !== null || check.hasCounts)
      tables.set(file.action, check.hasCounts || tables.get(file.action) === true);
  return figureFindings(
    checked.filter(({file}) => isFigure(file.path)).map(({file}) => file),
    tables,
    graph?.upstream ?? new Map(),
  );
}

/** A finding as it is shown: one that was waived is only to be known of, with the reason. */
function withWaiver(
  finding: CheckFinding,
  actionOf: ReadonlyMap<string, string>,
  waivers: readonly Waiver[],
): StudyFinding {
  const waiver = waiverOf(waivers, finding);
  const action = actionOf.get(finding.path) ?? null;
  return {...finding, action, waiver, level: waiver === null ? finding.level : 'info'};
}

const RULE_ORDER = Object.keys(DISCLOSURE_RULES);

function inOrder(one: StudyFinding, other: StudyFinding): number {
  return (
    CHECK_LEVELS.indexOf(other.level) - CHECK_LEVELS.indexOf(one.level) ||
    (one.path < other.path ? -1 : one.path > other.path ? 1 : 0) ||
    RULE_ORDER.indexOf(one.rule) - RULE_ORDER.indexOf(other.rule) ||
    (one.column ?? '').localeCompare(other.column ?? '') ||
    // what is said of the rest of a column comes after its rows
    (one.row ?? Number.MAX_VALUE) - (other.row ?? Number.MAX_VALUE)
  );
}
