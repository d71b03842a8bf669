import type {RunRecord} from '../../shared/run';
import type {ActionStatus, OutOfDateReason, Provenance} from '../../shared/status';
import type {SeenNote} from '../../shared/study';
import type {DeskState} from './deskStore';
import {actionsOf, remember, stateOfAction} from './selectors';

/** What was seen of the study when it was last open, and whether what differs from it is on screen. */
export interface LastSeen {
  readonly note: SeenNote;
  /** Null as long as it is not known what differs. */
  readonly shown: boolean | null;
}

/** A change since then, and what is out of date for it. */
export interface NewChange {
  readonly reason: OutOfDateReason;
  /** The actions that have it for a reason, in file order. */
  readonly actions: readonly string[];
  /** Actions that are out of date only for what these hand on. */
  readonly further: number;
}

/** What is new in a study since it was last open in a window. */
export interface News {
  readonly changes: readonly NewChange[];
  /** Those that have ended, newest first. */
  readonly runs: readonly RunRecord[];
  /** Actions whose last attempt has ended under `opensafely run`. */
  readonly elsewhere: readonly ActionStatus[];
}

/** Whether it has been compared for every action what is out of date. */
const isChecked = remember(
  (actions: ReturnType<typeof actionsOf>, statuses: DeskState['statuses']): boolean =>
    actions.every(({name}) => (statuses.get(name)?.provenance.kind ?? 'checking') !== 'checking'),
);

/** What distinguishes one change from any other: a file that changes once more has another time. */
function keyOf({kind, message, changedAt}: OutOfDateReason): string {
  return `${kind} ${changedAt ?? ''} ${message}`;
}

/** The changes an action is out of date for by itself; null where they are not known. */
function changesOf(provenance: Provenance): readonly OutOfDateReason[] | null {
  switch (provenance.kind) {
    case 'checking':
    case 'not-verified':
    case 'has-errors':
      return null;
    case 'out-of-date':
      return provenance.reasons.filter(({kind}) => kind !== 'upstream' && kind !== 'not-verified');
    default:
      return [];
  }
}

/** What is seen of the study now, to be compared with when it is opened again; null before all of it is known. */
export function noteOf(state: DeskState, now: Date): SeenNote | null {
  const {study, statuses, runs} = state;
  if (study === null || !isChecked(actionsOf(state), statuses)) return null;
  const known = [...statuses].map(
    ([name, {provenance}]) => [name, changesOf(provenance)?.map(keyOf) ?? null] as const,
  );
  return {
    format: 1,
    at: now.toISOString(),
    newestRun: runs[0]?.id ?? null,
    openRuns: runs.filter(({endedAt}) => endedAt === null).map(({id}) => id),
    actions: Object.fromEntries(known.filter(([, keys]) => keys?.length !== 0)),
  };
}

/** What is new since the study was last open; null where nothing is, or it is not known. */
export function newsOf(state: DeskState): News | null {
  const {lastSeen, study, statuses, runs} = state;
  if (lastSeen === null || lastSeen === 'reading') return null;
  const open = lastSeen.shown === null && !isChecked(actionsOf(state), statuses);
  return open ? null : compare(lastSeen.note, study, statuses, runs);
}

/** Whether that is on screen, over what the centre shows. */
export function isNewsOpen(state: DeskState): boolean {
  const {lastSeen} = state;
  return (
    lastSeen !== null && lastSeen !== 'reading' && lastSeen.shown === true && newsOf(state) !== null
  );
}

/** Whether it is also seen: in a window with space for one place, only where that is the centre. */
export function isNewsSeen(state: DeskState): boolean {
  return (state.place ?? 'centre') === 'centre' && isNewsOpen(state);
}

const compare = remember(
  (
    note: SeenNote,
    study: DeskState['study'],
    statuses: DeskState['statuses'],
    runs: readonly RunRecord[],
  ): News | null => {
    const all = (study?.graph?.names ?? []).flatMap((name) => statuses.get(name) ?? []);
    const place = runs.findIndex(({id}) => id === note.newestRun);
    const news: News = {
      changes: newChanges(note, all, statuses),
      runs: runs.filter(
        ({id, startedAt, endedAt}, at) =>
          endedAt !== null &&
          (note.openRuns.includes(id) || (place < 0 ? startedAt > note.at : at < place)),
      ),
      elsewhere: all.filter(
        ({lastJob}) =>
          lastJob?.ranBy === 'opensafely' &&
          Date.parse(lastJob.completedAt ?? '') > Date.parse(note.at),
      ),
    };
    return Object.values(news).every(({length}) => length === 0) ? null : news;
  },
);

function newChanges(
  note: SeenNote,
  all: readonly ActionStatus[],
  statuses: DeskState['statuses'],
): readonly NewChange[] {
  const seen = new Map(Object.entries(note.actions));
  const found = new Map<string, {readonly reason: OutOfDateReason; readonly actions: string[]}>();
  for (const {action, provenance} of all) {
    const before = seen.get(action);
    if (before === null) continue;
    for (const reason of changesOf(provenance) ?? []) {
      const key = keyOf(reason);
      if (before?.includes(key) === true) continue;
      const known = found.get(key);
      if (known === undefined) found.set(key, {reason, actions: [action]});
      else known.actions.push(action);
    }
  }
  return [...found.values()].map(({reason, actions}) => {
    const roots = new Set(actions);
    const depend = ({action, provenance}: ActionStatus) =>
      provenance.kind === 'upstream-out-of-date' &&
      stateOfAction(statuses, action) === 'upstream-out-of-date' &&
      provenance.because.some((root) => roots.has(root));
    return {reason, actions, further: all.filter(depend).length};
  });
}

/**
 * What a change of state does to what is new: it is shown once it is known, unless the user has begun something else by
 * then (`acted`), and gone once there is none or the user goes on to something else.
 */
export function seenAfter(
  state: DeskState,
  before: DeskState,
  acted: boolean,
): Pick<DeskState, 'lastSeen'> | null {
  const {lastSeen, statuses} = state;
  if (lastSeen === null || lastSeen === 'reading') return null;
  if (newsOf(state) === null)
    return isChecked(actionsOf(state), statuses) ? {lastSeen: null} : null;
  if (lastSeen.shown === null) return {lastSeen: {...lastSeen, shown: !acted}};
  const begins = state.activeRunId !== null && before.activeRunId === null;
  return lastSeen.shown && (begins || state.centre !== before.centre) ? {lastSeen: null} : null;
}
