import {formatPlural, formatTimeOfDay, formatWhen} from './format';
import type {OutOfDateReason, Provenance} from './status';

/**
 * A reason with when it happened, in a sentence's words:
 * "`analysis/model.R` changed 12 minutes ago (3 lines)", "`generate_dataset` produced different data at 14:02".
 */
export function outOfDateReasonText(reason: OutOfDateReason, now: Date): string {
  if (reason.changedAt === null) return reason.message;
  // only behind the last name: file names can hold brackets too
  const bracket = reason.message.indexOf(' (', reason.message.lastIndexOf('`') + 1);
  const head = bracket < 0 ? reason.message : reason.message.slice(0, bracket);
  const tail = bracket < 0 ? '' : reason.message.slice(bracket);
  return `${head} ${whenInWords(reason.changedAt, reason.kind === 'input', now)}${tail}`;
}

/** That an action upstream is out of date, since its first change. */
export function upstreamReason(
  action: string,
  provenance: Provenance | undefined,
): OutOfDateReason {
  const times = (provenance?.kind === 'out-of-date' ? provenance.reasons : []).flatMap(
    ({changedAt}) => (changedAt === null ? [] : [changedAt]),
  );
  return {
    kind: 'upstream',
    message: `\`${action}\` went out of date`,
    path: null,
    action,
    changedAt: times.sort()[0] ?? null,
  };
}

/** Why it is not known whether an action is up to date. */
export function notVerifiedReason(message: string): OutOfDateReason {
  return {kind: 'not-verified', message, path: null, changedAt: null};
}

/** Kinds of change in what an action was made with, by where its lines would be shown from. */
const CHANGED: Readonly<Record<OutOfDateReason['kind'], 'text' | 'data' | null>> = {
  code: 'text',
  codelist: 'text',
  config: 'text',
  'run-line': 'text',
  'output-patterns': 'text',
  input: 'data',
  'output-changed': 'data',
  image: null,
  upstream: null,
  'not-verified': null,
};

/**
 * In what the lines behind a reason have changed, where they can be shown: in the study's text, or in data, which can
 * be sensitive. Null where there is no earlier text, or nothing has changed.
 */
export function changeBehind({kind, path, byTimes}: OutOfDateReason): 'text' | 'data' | null {
  return path === null || byTimes === true ? null : CHANGED[kind];
}

/** The day's events by the clock, changes by how long ago they were, anything older by its date. */
function whenInWords(iso: string, byTheClock: boolean, now: Date): string {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  if (seconds >= 86_400) return `on ${formatWhen(iso, now)}`;
  if (byTheClock) return `at ${formatTimeOfDay(iso)}`;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${formatPlural(Math.floor(seconds / 60), 'minute')} ago`;
  return `${formatPlural(Math.floor(seconds / 3600), 'hour')} ago`;
}
