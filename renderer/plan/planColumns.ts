import type {PreviewedJob} from '../../shared/preview';
import {distinctNames} from '../groups/distinctNames';
import {shortNames} from '../groups/shortNames';
import {textWidth, type Face} from '../ui/textWidth';
import {formatCount} from '../../shared/format';
import type {LikeJobs} from './likeJobs';

/** A list narrower than this, in pixels, has no room for a reason beside all else. */
export const NARROW = 700;

/** As wide as PlanJobs.module.css makes them, in pixels. */
const WIDTHS = {change: 24, replaces: 52, takes: 56, there: 136} as const;
const ALWAYS = {check: 16, number: 24, state: 16} as const;
const GAP = 10;
const EDGES = 26;
/** How far a row below a heading is set in. */
const INDENT = 16;

/** The columns that have something to say in some row; the others do not take the room. */
export type Columns = Readonly<Record<keyof typeof WIDTHS, boolean>>;

/** Which columns these jobs need; `differ` where `opensafely run` would do something else. */
export function columnsOf(jobs: readonly PreviewedJob[], differ: boolean): Columns {
  return {
    change: jobs.some(({outOfDateReasons}) => outOfDateReasons.length > 0),
    replaces: jobs.some(({overwrites}) => overwrites.length > 0),
    takes: jobs.some(({expectedSeconds}) => expectedSeconds !== null),
    there: differ,
  };
}

/** Most of what names and reasons share that goes to reasons, however long they are. */
const REASONS_SHARE = 0.6;

/** Room for names in pixels, in a list of this width: what reasons and all else leave them, as far as they need it. */
export function nameRoom(
  width: number,
  columns: Columns,
  gathered: readonly LikeJobs[],
  reasons: readonly string[],
): number {
  const shown = Object.entries(WIDTHS).flatMap(([name, room]) =>
    columns[name as keyof Columns] ? [room] : [],
  );
  const rest = [...Object.values(ALWAYS), ...shown];
  const free = rest.reduce((left, room) => left - room - GAP, width - EDGES);
  const beside =
    width < NARROW ? 0 : Math.min(longest(reasons, 'cell') + GAP, free * REASONS_SHARE);
  return Math.max(80, Math.min(neededRoom(gathered), free - beside));
}

/** Pixels that the longest name takes, whatever is folded. */
function neededRoom(gathered: readonly LikeJobs[]): number {
  const needed = gathered.map(({group, rows}) => {
    const names = rows.map(({action}) => action);
    if (group === null) return longest(names, 'row');
    const {distinct} = shortNames(names);
    return Math.max(
      longest([group.label], 'row') + countRoom(names.length),
      longest(names.map(distinct), 'row') + INDENT,
    );
  });
  return needed.reduce((most, room) => Math.max(most, room), 0);
}

/** Pixels that the count behind the name of a heading takes. */
function countRoom(count: number): number {
  return longest([`× ${formatCount(count)}`], 'cell') + GAP;
}

/** Pixels of the longest of these texts. */
function longest(texts: readonly string[], face: Face): number {
  return Math.ceil(texts.reduce((most, text) => Math.max(most, textWidth(text, face)), 0)) + 1;
}

/** What stands for actions by name, and for groups by label. */
export interface PlanNames {
  readonly actions: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
}

/**
 * Writes names in so many pixels, no two alike that are seen together; a member's leaves out what all below its heading
 * share. `unfolded` holds the keys of groups whose members are seen.
 */
export function planNames(
  gathered: readonly LikeJobs[],
  unfolded: ReadonlySet<string>,
  room: number,
): PlanNames {
  const namesOf = ({rows}: LikeJobs) => rows.map(({action}) => action);
  const alone = gathered.filter(({group}) => group === null).flatMap(namesOf);
  const grouped = gathered.filter(({group}) => group !== null);
  const most = grouped.reduce((count, {rows}) => Math.max(count, rows.length), 0);
  const labels = [...new Set(grouped.flatMap(({group}) => group?.label ?? []))];
  const families = grouped.filter(({key}) => unfolded.has(key)).map(namesOf);
  return {
    actions: new Map([
      ...distinctNames({families: [], alone}, room),
      ...distinctNames({families, alone: []}, room - INDENT),
    ]),
    groups: distinctNames({families: [], alone: labels}, room - countRoom(most)),
  };
}
