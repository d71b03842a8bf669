import {groupBy} from '../../shared/groupBy';
import {lastLine} from './causes/messageWords';
import type {FailureCard, FailureCluster} from '../../shared/failure';

/** A failed job, to be compared with others that may have the same cause. */
export interface FailedJob {
  readonly jobId: string;
  readonly action: string;
  /** Null where its failure is not a known one. */
  readonly card: FailureCard | null;
  /** The message of its end. */
  readonly message: string;
  /** The last lines of its log, without colours. */
  readonly lines: readonly string[];
}

const ABOUT_AN_ERROR =
  /\b(?:error|exception|fatal|failed|ERROR|FATAL|Fatal|Error|\w*(?:Error|Exception))\b|^r\(\d+\);$/;

/**
 * A message without what differs between jobs that fail for one cause: paths, numbers, times, addresses and the like.
 * Names in quotes stay, for they are what the message is about.
 */
export function normalisedMessage(text: string): string {
  return text
    .replace(
      /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
      '‹time›',
    )
    .replace(/\b\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?\b/g, '‹time›')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '‹id›')
    .replace(/\b0x[0-9a-f]+\b/gi, '‹id›')
    .replace(/(?:[A-Za-z]:)?(?:[\w.@~*+-]*[/\\])+[\w.@~*+-]+/g, '‹path›')
    .replace(
      /\b[\w-]+\.(?:csv|gz|rds|feather|parquet|arrow|dta|txt|json|png|svg|html|py|r|do|log)\b/gi,
      '‹path›',
    )
    .replace(/[-+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?/gi, '‹number›')
    .replace(/\s+/g, ' ')
    .trim();
}

/** What a job failed of, in one line: its card's cause, else the last line about an error, else how it ended. */
function causeLine({card, lines, message}: FailedJob): string {
  if (card !== null) return card.cause.text;
  const at = lastLine(lines, (line) => ABOUT_AN_ERROR.test(line));
  return lines[at]?.trim() ?? message;
}

/**
 * The failed jobs of a run by their causes, the cause of most of them first: two have one cause where their messages
 * are the same but for paths, numbers and times, and both are the same known failure, or none is.
 */
export function clusterFailures(jobs: readonly FailedJob[]): readonly FailureCluster[] {
  const clusters = groupBy(
    jobs,
    (job) => `${job.card?.rule ?? ''}\n${normalisedMessage(causeLine(job))}`,
  );
  return [...clusters.values()]
    .sort((left, right) => right.length - left.length)
    .map((alike) => ({
      title: titleOf(alike),
      card: alike.find(({card}) => card !== null)?.card ?? null,
      jobs: alike.map(({jobId, action}) => ({jobId, action})),
    }));
}

/** What all of them have in common: one sentence where it is the same for each, else the message without what differs. */
function titleOf(alike: readonly FailedJob[]): string {
  const titles = new Set(alike.map((job) => job.card?.title ?? causeLine(job)));
  const [first] = alike;
  if (first === undefined) return '';
  const [title = ''] = titles;
  return titles.size === 1 ? title : normalisedMessage(causeLine(first));
}
