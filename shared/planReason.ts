import {formatList, formatPlural, formatWhen} from './format';
import type {PlannedJob, PlanReason} from './plan';
import type {EndedAs, PreviewedJob} from './preview';
import {outOfDateReasonText} from './outOfDateReason';
import {STATE_WORDS} from './status';

/**
 * What became of an attempt that has no result, in the words of list, plan and inspector alike: `failed 3 min ago`,
 * `cancelled before it finished`, `not started: clean failed first`. Without `now` only what similar attempts share.
 */
export function attemptText(
  state: Exclude<EndedAs, 'succeeded'>,
  attempt: {readonly message: string; readonly completedAt: string | null},
  now: Date | null,
): string {
  const {message, completedAt} = attempt;
  const word = STATE_WORDS[state].toLowerCase();
  switch (state) {
    case 'cancelled': {
      // stopped since another job failed, or by the user
      const because = now === null ? -1 : message.indexOf(' because ');
      return because < 0 ? 'cancelled before it finished' : `cancelled${message.slice(because)}`;
    }
    case 'not-started':
      return now !== null && message.startsWith('Not started') ? `n${message.slice(1)}` : word;
    case 'failed':
    case 'blocked':
    case 'cut-off':
      return now === null || completedAt === null
        ? word
        : `${word} ${formatWhen(completedAt, now)}`;
  }
}

/**
 * Why a job is in a plan, to the file and time where there is one, names between backticks:
 * "`analysis/model.R` changed 12 minutes ago (3 lines, first line 41) and 2 more changes".
 */
export function planReasonText(
  job: PlannedJob,
  previewed: PreviewedJob | undefined,
  now: Date,
): string {
  const words = planReasonWords(job, previewed);
  switch (knownReason(job, previewed)) {
    case 'requested':
      return words;
    case 'forced': {
      const change = outOfDateText(previewed, now);
      return change === null ? words : `${words}: ${change}`;
    }
    case 'never-run':
    case 'failed-before':
      return `${attemptOf(previewed, now) ?? words}${neededBy(job)}`;
    case 'outputs-missing':
      return `${missingText(previewed) ?? words}${neededBy(job)}`;
    case 'out-of-date':
    case 'not-verified':
      return outOfDateText(previewed, now) ?? words;
    case 'upstream-out-of-date':
      return (
        outOfDateText(previewed, now) ??
        (job.waitsFor.length === 0
          ? words
          : `runs after ${formatList(job.waitsFor.map(quoted), 2)}, which ${job.waitsFor.length === 1 ? 'runs' : 'run'} again`)
      );
  }
}

/** Why a job is in a plan, without what differs between similar jobs: those are counted by it. */
export function planReasonWords(
  job: Pick<PlannedJob, 'reason'>,
  previewed: PreviewedJob | undefined,
): string {
  switch (knownReason(job, previewed)) {
    case 'requested':
      return 'you chose it';
    case 'never-run':
      return attemptOf(previewed, null) ?? 'never run';
    case 'outputs-missing':
      return 'outputs missing';
    case 'failed-before':
      return attemptOf(previewed, null) ?? 'failed';
    case 'forced':
      return 'forced';
    case 'out-of-date':
      return 'out of date';
    case 'not-verified':
      return 'not verified';
    case 'upstream-out-of-date':
      return 'upstream out of date';
  }
}

/** The reason for a job that the user chose: what is known of its state, as in list and inspector. */
function knownReason(
  {reason}: Pick<PlannedJob, 'reason'>,
  previewed: PreviewedJob | undefined,
): PlanReason {
  if (reason !== 'requested' || previewed === undefined) return reason;
  const {endedAs, missing, outOfDateReasons} = previewed;
  if (endedAs === null) return 'never-run';
  if (endedAs !== 'succeeded') return 'failed-before';
  if (missing.length > 0) return 'outputs-missing';
  return outOfDateReasons.length > 0 ? 'out-of-date' : 'requested';
}

/** What became of its last attempt; null where that succeeded, or there is none. */
function attemptOf(previewed: PreviewedJob | undefined, now: Date | null): string | null {
  const {endedAs = null, endedAt = null, endedBecause = ''} = previewed ?? {};
  if (endedAs === null || endedAs === 'succeeded') return null;
  return attemptText(endedAs, {message: endedBecause, completedAt: endedAt}, now);
}

/** The first reason for which it is out of date, and how many more there are. */
function outOfDateText(previewed: PreviewedJob | undefined, now: Date): string | null {
  const [first, ...others] = previewed?.outOfDateReasons ?? [];
  if (first === undefined) return null;
  // what can't be verified is no change
  const what = others.some(({kind}) => kind === 'not-verified') ? 'more reason' : 'more change';
  const more = others.length === 0 ? '' : ` and ${formatPlural(others.length, what)}`;
  return `${outOfDateReasonText(first, now)}${more}`;
}

function missingText(previewed: PreviewedJob | undefined): string | null {
  const [only, ...others] = previewed?.missing ?? [];
  if (only === undefined) return null;
  return others.length === 0
    ? `its output ${quoted(only)} is missing`
    : `${formatPlural(others.length + 1, 'output')} missing, ${quoted(only)} among them`;
}

function neededBy({neededBy: names}: PlannedJob): string {
  return names.length === 0 ? '' : `, needed by ${formatList(names.map(quoted), 2)}`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}
