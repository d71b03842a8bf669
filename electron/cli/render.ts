import {formatBytes, formatDuration, formatList, formatPlural} from '../../shared/format';
import type {Job} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import type {SkipReason} from '../../shared/plan';
import {planReasonText} from '../../shared/planReason';
import type {PlanPreview} from '../../shared/preview';
import {TIER_LABELS, TIERS} from '../../shared/sensitivity';
import {changeBehind, outOfDateReasonText} from '../../shared/outOfDateReason';
import {STATE_WORDS, type ActionState, type OutOfDateReason} from '../../shared/status';
import {visibleText} from '../../shared/visibleText';

const SKIPS: Readonly<Record<SkipReason, string>> = {
  'succeeded-before': 'succeeded before',
  'taken-out': 'taken out',
  'marked-up-to-date': 'marked as up to date',
  restored: 'restored',
  supplied: 'supplied',
};

/** Columns of visible text, each as wide as its widest cell, the last one unpadded. */
export function columns(given: readonly (readonly string[])[], indent = ''): readonly string[] {
  const rows = given.map((cells) => cells.map(visibleText));
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  return rows.map((row) =>
    `${indent}${row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')}`.trimEnd(),
  );
}

/** A plan as text: jobs in order with reasons, then what is left alone. */
export function planText({plan, jobs}: PlanPreview, now: Date): readonly string[] {
  const lines: string[] = [];
  const previewed = new Map(jobs.map((job) => [job.action, job]));
  if (plan.jobs.length > 0) {
    lines.push(`${formatPlural(plan.jobs.length, 'job')} to run:`);
    const rows = plan.jobs.map((job) => [
      job.action,
      planReasonText(job, previewed.get(job.action), now),
      job.waitsFor.length === 0 ? '' : `after ${formatList(job.waitsFor, 4)}`,
    ]);
    lines.push(...columns(rows, '  '));
  } else lines.push('Nothing to run.');
  if (plan.skipped.length > 0) {
    lines.push(`${formatPlural(plan.skipped.length, 'action')} left alone:`);
    const rows = plan.skipped.map(({action, reason}) => [action, SKIPS[reason]]);
    lines.push(...columns(rows, '  '));
  }
  return lines;
}

/** Why an action is out of date, or is not known to be up to date. */
export interface ActionReasons {
  readonly action: string;
  /** The rest of its state; null where only the reasons are known. */
  readonly state: ActionState | null;
  readonly reasons: readonly OutOfDateReason[];
}

/** All reasons of each action that has some, to the file, line and time, under the word of its state. */
export function outOfDateReasonLines(
  actions: readonly ActionReasons[],
  now: Date,
): readonly string[] {
  return actions.flatMap(({action, state, reasons}) => {
    if (reasons.length === 0) return [];
    const unsure = reasons.every(({kind}) => kind === 'not-verified');
    const word = STATE_WORDS[state ?? (unsure ? 'not-verified' : 'out-of-date')].toLowerCase();
    return [
      `${action}: ${word}`,
      ...reasons.map((reason) => `  ${outOfDateReasonText(reason, now)}`),
    ];
  });
}

/** The way to the lines that changed, where `diff` shows some without being given a file. */
export function diffHint(actions: readonly ActionReasons[]): readonly string[] {
  const example = actions.find(({reasons}) =>
    reasons.some((reason) => changeBehind(reason) === 'text'),
  );
  return example === undefined ? [] : [`\`study-desk diff ${example.action}\` shows what changed.`];
}

/** Outputs under their tiers: `path  size`. */
export function outputsByTier(outputs: readonly OutputFile[], indent: string): readonly string[] {
  return TIERS.flatMap((tier) => {
    const files = outputs.filter((output) => output.tier === tier);
    if (files.length === 0) return [];
    const rows = files.map(({path, size}) => [path, size < 0 ? '' : formatBytes(size)]);
    return [`${indent}${TIER_LABELS[tier]}`, ...columns(rows, `${indent}  `)];
  });
}

/** How a job ended, for the summary (RULES "End of a job"); `tail` are the last lines of its log. */
export function jobSummary(job: Job, tail: readonly string[]): readonly string[] {
  const lines = [`${job.action}: ${job.message}${lasted(job)}`];
  if (job.hint !== null) lines.push(`  ${job.hint}`);
  if (job.unmatchedPatterns.length > 0) {
    lines.push('  Patterns that matched nothing:');
    lines.push(...job.unmatchedPatterns.map((pattern) => `    ${pattern}`));
    if (job.unmatchedFiles.length > 0) {
      lines.push('  Files it wrote that no pattern matches:');
      lines.push(...job.unmatchedFiles.map((file) => `    ${file}`));
    }
  }
  if (job.state === 'succeeded')
    for (const line of job.outputs.length > 0
      ? outputsByTier(job.outputs, '  ')
      : ['  No outputs.'])
      lines.push(line);
  if (job.notCollected.length > 0) {
    lines.push('  Matches but was not collected:');
    lines.push(
      ...columns(
        job.notCollected.map(({path, reason}) => [path, reason]),
        '    ',
      ),
    );
  }
  if (job.excluded.length > 0) {
    lines.push('  Would be kept from level 4:');
    lines.push(
      ...columns(
        job.excluded.map(({path, reason}) => [path, reason]),
        '    ',
      ),
    );
  }
  if (job.statusCode === 'nonzero_exit' && tail.length > 0) {
    lines.push('  The end of its log:');
    lines.push(...tail.map((line) => `    ${line}`));
  }
  if (job.keptFiles !== null) lines.push(`  Its files are kept in ${job.keptFiles}`);
  if (job.logFile !== null) lines.push(`  Log: ${job.logFile}`);
  return lines;
}

function lasted(job: Job): string {
  if (job.startedAt === null || job.completedAt === null) return '';
  const seconds = (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000;
  return ` (${formatDuration(seconds)})`;
}
