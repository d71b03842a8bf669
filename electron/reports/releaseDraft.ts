import type {CheckedFile, CheckReport, StudyFinding} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount, formatList, formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import type {DraftGroup, ReleaseDraft} from '../../shared/release';

/** A line of code that looks like redaction or rounding. */
export interface ControlLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What a draft is made from. */
export interface DraftFrom {
  readonly study: string;
  readonly createdAt: string;
  readonly actions: readonly Action[];
  readonly scripts: ReadonlyMap<string, string>;
  readonly checks: CheckReport;
  /** By path: why a file can't be asked for. */
  readonly refusals: ReadonlyMap<string, string>;
  /** By action. */
  readonly controls: ReadonlyMap<string, readonly ControlLine[]>;
}

/** A draft with a group for each action that has something to be asked for, as far as it can be written without you. */
export function releaseDraft(from: DraftFrom): ReleaseDraft {
  const {checks, refusals} = from;
  const groups = from.actions.flatMap((action): readonly DraftGroup[] => {
    const files = checks.files.filter(
      (file) => file.action === action.name && !refusals.has(file.path),
    );
    if (files.length === 0) return [];
    return [
      {
        name: action.name,
        files: files.map(({path}) => ({path, use: 'output'})),
        context: contextOf(action, files, from),
        controls: controlsOf(action, files, from),
      },
    ];
  });
  return {
    format: 1,
    study: from.study,
    createdAt: from.createdAt,
    rulesVersion: checks.rulesVersion,
    groups,
    leftOut: [...refusals].map(([path, reason]) => ({path, reason})),
  };
}

function contextOf(action: Action, files: readonly CheckedFile[], from: DraftFrom): string {
  const script = from.scripts.get(action.name);
  const made = `Made by the action \`${action.name}\`${script === undefined ? '' : `, ${script}`} (${action.run.argv[0] ?? ''})${
    action.needs.length === 0
      ? '.'
      : `, from what ${formatList(
          action.needs.map((need) => `\`${need}\``),
          6,
        )} made.`
  }`;
  const variables = files.flatMap(({path, rows, columns}) =>
    rows === null
      ? [`- ${path}: [say what it shows]`]
      : [
          `- ${path}, ${formatPlural(rows, 'row')}:`,
          ...columns.map(
            ({name, counts}) =>
              `  - \`${name}\`: ${counts ? 'a count of [whom or what]' : '[say what it is]'}`,
          ),
        ],
  );
  const largest = files
    .flatMap(({columns}) => columns)
    .filter(({counts, max}) => counts && max !== null)
    .sort((one, other) => Number(other.max) - Number(one.max))[0];
  const related = from.actions.filter(
    (other) =>
      other.name !== action.name &&
      other.needs.some((need) => action.needs.includes(need)) &&
      from.checks.files.some((file) => file.action === other.name && !from.refusals.has(file.path)),
  );
  return [
    made,
    '',
    'Variables:',
    ...variables,
    '',
    `Population: [describe who is counted]${largest === undefined ? '' : `; the largest count is ${formatCount(Number(largest.max))} (\`${largest.name}\`)`}.`,
    related.length === 0
      ? 'Related outputs: [say whether these could be combined with others].'
      : `Related outputs: ${formatList(
          related.map(({name}) => `\`${name}\``),
          8,
        )} ${related.length === 1 ? 'is' : 'are'} made from the same data. [Say how they differ.]`,
  ].join('\n');
}

function controlsOf(action: Action, files: readonly CheckedFile[], from: DraftFrom): string {
  const counted = files.flatMap(({path, columns}) =>
    columns.filter(({counts, numeric}) => counts && numeric > 0).map((column) => ({path, column})),
  );
  const lines: string[] = [];
  const say = (words: string, some: typeof counted): void => {
    if (some.length > 0)
      lines.push(
        `- ${words}: ${formatList(
          some.map(({column}) => `\`${column.name}\``),
          8,
        )}.`,
      );
  };
  const to5 = counted.filter(({column}) => column.multiplesOf5);
  const midpoint = counted.filter(({column}) => !column.multiplesOf5 && column.midpoint6);
  say('Every count is a multiple of 5 in', to5);
  say('Every count is rounded to midpoint 6 in', midpoint);
  say(
    'Neither in',
    counted.filter((each) => !to5.includes(each) && !midpoint.includes(each)),
  );
  const least = counted
    .flatMap(({column}) =>
      column.smallestNonZero === null ? [] : [Number(column.smallestNonZero)],
    )
    .sort((one, other) => one - other)[0];
  if (least !== undefined) lines.push(`- The smallest count above 0 is ${formatCount(least)}.`);
  const redacted = counted.reduce((sum, {column}) => sum + column.redacted, 0);
  if (redacted > 0) lines.push(`- ${formatPlural(redacted, 'count')} left out or redacted.`);
  const code = from.controls.get(action.name) ?? [];
  if (code.length > 0) {
    lines.push('- In the code:');
    for (const {path, line, text} of code) lines.push(`  - ${path}, line ${line}: \`${text}\``);
  }
  const findings = from.checks.findings.filter(({path}) =>
    files.some((file) => file.path === path),
  );
  lines.push(...questionLines(findings));
  if (lines.length === 0) lines.push('[Say what was done against disclosure.]');
  return lines.join('\n');
}

function questionLines(findings: readonly StudyFinding[]): readonly string[] {
  const waived = findings.flatMap(({waiver, path, rule}) =>
    waiver === null ? [] : [`- ${DISCLOSURE_RULES[rule].title} in ${path}: ${waiver.reason}`],
  );
  const questions = findings.filter(({level}) => level === 'question').length;
  return [
    ...new Set(waived),
    ...(questions === 0
      ? []
      : [`- [Still to be answered: ${formatPlural(questions, 'finding')} likely to be queried.]`]),
  ];
}
