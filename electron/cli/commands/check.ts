import {groupBy} from '../../../shared/groupBy';
import {
  findingWords,
  LEVEL_LABELS,
  levelWords,
  type CheckReport,
  type StudyFinding,
  type Waiver,
} from '../../../shared/check';
import {DISCLOSURE_RULES, isDisclosureRule} from '../../../shared/disclosureRules';
import {failWith} from '../../../shared/errors';
import {formatCount, formatPlural} from '../../../shared/format';
import {ok} from '../../../shared/result';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** Findings of one rule and column that are printed as text; JSON has all. */
const SHOWN = 3;

/** `check`: what an output checker may ask about. */
export function checkCommand(
  context: CommandContext,
  paths: readonly string[],
  {strict}: {readonly strict: boolean},
): Promise<ExitCode> {
  const {console} = context;
  return withStudy(context, async (study) => {
    const unsubscribe = study.subscribe((event) => {
      if (event.kind !== 'check-progress') return;
      const {done, total} = event.progress;
      console.progress(
        total === 0 ? null : `Checking ${formatCount(done)} of ${formatPlural(total, 'file')}`,
      );
    });
    const checked = await study.release.check({paths: paths.length === 0 ? null : paths});
    unsubscribe();
    console.progress(null);
    if (!checked.ok) return checked;
    const report = checked.value;
    for (const finding of report.findings) console.json(findingLine(finding));
    print(context, report);
    const questions = report.findings.filter(({level}) => level === 'question');
    return ok(strict && questions.length > 0 ? EXIT.failed : EXIT.done);
  });
}

/** The options of `waive`. */
export interface WaiveOptions {
  readonly rule?: string;
  readonly column?: string;
  readonly row?: number;
  readonly reason?: string;
  readonly remove: boolean;
}

/** `waive`: a reason for what the checks found, given or taken back; without a path, those that are given. */
export function waiveCommand(
  context: CommandContext,
  path: string | null,
  {rule, column, row, reason, remove}: WaiveOptions,
): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const {release} = study;
    const known = await release.waivers();
    if (!known.ok) return known;
    if (path === null) {
      printWaivers(context, known.value);
      return ok(EXIT.done);
    }
    if (rule === undefined || !isDisclosureRule(rule))
      return failWith('invalid-request', 'A waiver is for one rule.', {
        hint: `Name it with --rule: ${Object.keys(DISCLOSURE_RULES).join(', ')}.`,
      });
    const place = {path, rule, column: column ?? null, row: row ?? null};
    if (remove) {
      const left = await release.unwaive(place);
      if (!left.ok) return left;
      if (left.value.length === known.value.length)
        return failWith('not-found', 'There is no such waiver.', {
          hint: '`study-desk waive` lists those that are given.',
        });
      printWaivers(context, left.value);
      return ok(EXIT.done);
    }
    if (reason === undefined || reason.trim() === '')
      return failWith('invalid-request', 'A waiver needs a reason.', {
        hint: 'Add what you would say to the output checker, with --reason.',
      });
    const given = await release.waive({...place, reason: reason.trim()});
    if (!given.ok) return given;
    printWaivers(context, given.value);
    return ok(EXIT.done);
  });
}

function printWaivers({console}: CommandContext, waivers: readonly Waiver[]): void {
  for (const waiver of waivers) {
    const {path, rule, column, row, reason, at} = waiver;
    console.json({path, row, column, rule, reason, at});
    console.print(`${placeOf(waiver)}  ${rule}: ${reason}`);
  }
  if (waivers.length === 0) console.print('There are no waivers.');
}

/** `check`, one finding. */
function findingLine(finding: StudyFinding): object {
  const {path, row, column, rule, level, link} = finding;
  return {path, row, column, rule, level, message: findingWords(finding), link};
}

function placeOf({path, row, column}: Pick<StudyFinding, 'path' | 'row' | 'column'>): string {
  const parts = [column, row === null ? null : `row ${formatCount(row)}`].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? path : `${path} (${parts.join(', ')})`;
}

function print(
  {console}: CommandContext,
  {findings, files, rulesVersion, idleWaivers}: CheckReport,
): void {
  const groups = groupBy(findings, ({path, rule, column, level}) =>
    JSON.stringify([path, rule, column, level]),
  );
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    console.print(
      `${LEVEL_LABELS[first.level]}: ${DISCLOSURE_RULES[first.rule].title}, ${placeOf(first)}`,
    );
    for (const finding of group.slice(0, SHOWN))
      console.print(
        `  ${group.length > 1 && finding.row !== null ? `row ${formatCount(finding.row)}: ` : ''}${findingWords(finding)}`,
      );
    if (group.length > SHOWN)
      console.print(`  … and ${formatCount(group.length - SHOWN)} more in this column`);
    console.print(`  ${first.link}`);
  }
  for (const {path, notRead} of files) if (notRead !== null) console.print(`${path}: ${notRead}`);
  for (const waiver of idleWaivers)
    console.warn(`A waiver matches no finding any more: ${placeOf(waiver)}, ${waiver.rule}.`);
  const counts = (['question', 'check', 'info'] as const)
    .map((level) => levelWords(level, findings.filter((each) => each.level === level).length))
    .join(', ');
  if (files.length === 0) console.print('There are no moderately sensitive outputs to check yet.');
  else
    console.print(
      `Checked ${formatPlural(files.length, 'file')} by the rules of ${rulesVersion}: ${counts}. Output checkers decide what may be released.`,
    );
}
