import {formatDuration, formatMemory, formatWhen} from '../../shared/format';
import type {Action} from '../../shared/project';
import {TIERS} from '../../shared/sensitivity';
import {STATE_WORDS, type ActionStatus} from '../../shared/status';
import {
  BY_URGENCY,
  durationOf,
  errorWords,
  failureWords,
  outOfDateWords,
  stateOf,
} from '../status/stateWords';

/** A row of the table: an action, what is known of it, and its place in project.yaml. */
export interface TableRow {
  readonly action: Action;
  readonly status: ActionStatus | undefined;
  readonly place: number;
}

/** A column: its words, its width in pixels and what it sorts by; rows without a value come last. */
export interface TableColumn {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  readonly numeric: boolean;
  /** Shown before the user chooses. */
  readonly initial: boolean;
  readonly value: (row: TableRow) => string | number | null;
  readonly text: (row: TableRow, now: Date) => string;
}

const NEVER = '';

/** All columns but the name, in their order. */
export const COLUMNS: readonly TableColumn[] = [
  {
    id: 'state',
    label: 'State',
    width: 196,
    numeric: false,
    initial: true,
    value: ({status}) => BY_URGENCY.indexOf(stateOf(status)),
    text: ({status}) => STATE_WORDS[stateOf(status)],
  },
  {
    id: 'provenance',
    label: 'Why',
    width: 150,
    numeric: false,
    initial: true,
    value: ({status}) => reasonOf(status),
    text: ({status}) => reasonOf(status) ?? NEVER,
  },
  {
    id: 'last-run',
    label: 'Last run',
    width: 100,
    numeric: true,
    initial: true,
    value: ({status}) => lastRun(status),
    text: ({status}, now) => {
      const at = lastRun(status);
      return at === null ? NEVER : formatWhen(at, now);
    },
  },
  {
    id: 'duration',
    label: 'Duration',
    width: 92,
    numeric: true,
    initial: true,
    value: ({status}) => durationOf(status?.lastJob ?? null, new Date()),
    text: ({status}, now) => {
      const seconds = durationOf(status?.lastJob ?? null, now);
      return seconds === null ? NEVER : formatDuration(seconds);
    },
  },
  {
    id: 'memory',
    label: 'Peak memory',
    width: 128,
    numeric: true,
    initial: true,
    value: ({status}) => status?.lastJob?.peakMemoryBytes ?? null,
    text: ({status}) => {
      const bytes = status?.lastJob?.peakMemoryBytes ?? null;
      return bytes === null ? NEVER : formatMemory(bytes);
    },
  },
  {
    id: 'outputs',
    label: 'Outputs',
    width: 124,
    numeric: false,
    initial: true,
    value: ({status}) => TIERS.reduce((sum, tier) => sum + (status?.outputCounts[tier] ?? 0), 0),
    text: ({status}) =>
      TIERS.flatMap((tier) => {
        const count = status?.outputCounts[tier] ?? 0;
        return count === 0 ? [] : [`${count} ${tier}`];
      }).join(' '),
  },
  {
    id: 'needs',
    label: 'Needs',
    width: 72,
    numeric: true,
    initial: true,
    value: ({action}) => action.needs.length,
    text: ({action}) => String(action.needs.length),
  },
  {
    id: 'image',
    label: 'Image',
    width: 130,
    numeric: false,
    initial: false,
    value: ({action}) => action.run.argv[0] ?? '',
    text: ({action}) => action.run.argv[0] ?? '',
  },
  {
    id: 'expected',
    label: 'Expected',
    width: 96,
    numeric: true,
    initial: false,
    value: ({status}) => status?.expectedSeconds ?? null,
    text: ({status}) => {
      const seconds = status?.expectedSeconds ?? null;
      return seconds === null ? NEVER : formatDuration(seconds);
    },
  },
  {
    id: 'file-order',
    label: 'Line',
    width: 64,
    numeric: true,
    initial: false,
    value: ({action}) => action.span.line,
    text: ({action}) => String(action.span.line),
  },
];

/** The column every table has. */
export const NAME_COLUMN: TableColumn = {
  id: 'name',
  label: 'Action',
  width: 230,
  numeric: false,
  initial: true,
  value: ({action}) => action.name,
  text: ({action}) => action.name,
};

/** Why an action is in its state, where there is more to it than the state's own words. */
function reasonOf(status: ActionStatus | undefined): string | null {
  if (status === undefined) return null;
  const {provenance} = status;
  const state = stateOf(status);
  if (state === 'failed') {
    const words = failureWords(status.lastJob);
    return words === state ? null : words;
  }
  if (provenance.kind === 'has-errors') return errorWords(provenance.problems);
  if (provenance.kind === 'out-of-date') return outOfDateWords(provenance.reasons);
  const isMarked = provenance.kind === 'up-to-date' && provenance.markedBecause !== null;
  return isMarked ? 'marked up to date' : null;
}

function lastRun(status: ActionStatus | undefined): string | null {
  return status?.lastJob?.completedAt ?? status?.lastJob?.startedAt ?? null;
}
