import {formatBytes, formatDuration, formatPlural} from '../../shared/format';
import type {Job} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import type {Plan, PlanReason, SkipReason} from '../../shared/plan';
import {TIER_LABELS, TIERS} from '../../shared/sensitivity';
import {plainText} from './console';

const REASONS: Readonly<Record<PlanReason, string>> = {
  requested: 'requested',
  'never-run': 'not run yet',
  'outputs-missing': 'its outputs are missing',
  'failed-before': 'failed last time',
  forced: 'forced',
  'out-of-date': 'out of date',
  'upstream-out-of-date': 'something it needs is out of date',
};

const SKIPS: Readonly<Record<SkipReason, string>> = {
  'succeeded-before': 'succeeded before',
  'taken-out': 'taken out',
  'marked-up-to-date': 'marked as up to date',
  restored: 'restored',
};

/** Columns of text, each as wide as its widest cell, the last one unpadded. */
export function columns(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
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
export function planText(plan: Plan): readonly string[] {
  const lines: string[] = [];
  if (plan.jobs.length > 0) {
    lines.push(`${formatPlural(plan.jobs.length, 'job')} to run:`);
    lines.push(
      ...columns(
        plan.jobs.map((job) => [
          plainText(job.action),
          REASONS[job.reason],
          job.waitsFor.length === 0 ? '' : `after ${job.waitsFor.map(plainText).join(', ')}`,
        ]),
        '  ',
      ),
    );
  } else lines.push('Nothing to run.');
  if (plan.skipped.length > 0) {
    lines.push(`${formatPlural(plan.skipped.length, 'action')} left alone:`);
    lines.push(
      ...columns(
        plan.skipped.map((skipped) => [plainText(skipped.action), SKIPS[skipped.reason]]),
        '  ',
      ),
    );
  }
  return lines;
}

/** Outputs under their tiers: `path  size`. */
export function outputsByTier(outputs: readonly OutputFile[], indent: string): readonly string[] {
  return TIERS.flatMap((tier) => {
    const files = outputs.filter((output) => output.tier === tier);
    if (files.length === 0) return [];
    const rows = files.map(({path, size}) => [plainText(path), size < 0 ? '' : formatBytes(size)]);
    return [`${indent}${TIER_LABELS[tier]}`, ...columns(rows, `${indent}  `)];
  });
}

/** How a job ended, for the summary (BEHAVIOUR §3.7); `tail` are the last lines of its log. */
export function jobSummary(job: Job, tail: readonly string[]): readonly string[] {
  const lines = [`${plainText(job.action)}: ${plainText(job.message)}${lasted(job)}`];
  if (job.hint !== null) lines.push(`  ${plainText(job.hint)}`);
  if (job.unmatchedPatterns.length > 0) {
    lines.push('  Patterns that matched nothing:');
    lines.push(...job.unmatchedPatterns.map((pattern) => `    ${plainText(pattern)}`));
    if (job.unmatchedFiles.length > 0) {
      lines.push('  Files it wrote that no pattern matches:');
      lines.push(...job.unmatchedFiles.map((file) => `    ${plainText(file)}`));
    }
  }
  if (job.state === 'succeeded')
    lines.push(...(job.outputs.length > 0 ? outputsByTier(job.outputs, '  ') : ['  No outputs.']));
  if (job.excluded.length > 0) {
    lines.push('  Would be kept from level 4:');
    lines.push(
      ...columns(
        job.excluded.map(({path, reason}) => [plainText(path), plainText(reason)]),
        '    ',
      ),
    );
  }
  if (job.statusCode === 'nonzero_exit' && tail.length > 0) {
    lines.push('  The end of its log:');
    lines.push(...tail.map((line) => `    ${plainText(line)}`));
  }
  if (job.keptFiles !== null) lines.push(`  Its files are kept in ${plainText(job.keptFiles)}`);
  if (job.logFile !== null) lines.push(`  Log: ${plainText(job.logFile)}`);
  return lines;
}

function lasted(job: Job): string {
  if (job.startedAt === null || job.completedAt === null) return '';
  const seconds = (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000;
  return ` (${formatDuration(seconds)})`;
}
