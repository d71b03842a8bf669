import type {PreviewedJob} from '../../shared/preview';
import {textWidth, type Face} from '../ui/textWidth';
import {formatCount} from '../../shared/format';
import type {PlanPart} from './planLines';

/** A list narrower than this, in pixels, has no space for a reason beside all else. */
export const NARROW = 700;

/** As wide as PlanJobs.module.css makes them, in pixels. */
const WIDTHS = {change: 24, replaces: 52, takes: 56, there: 136} as const;
const ALWAYS = {check: 16, number: 24, state: 16} as const;
const GAP = 10;
const EDGES = 26;
/** How far a row below a heading is set in. */
const INDENT = 16;

/** The columns that have a value in some row; the others take no space. */
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

/** Space for names in pixels, in a list of this width: what reasons and all else leave them, as far as they need it. */
export function nameSpace(
  width: number,
  columns: Columns,
  parts: readonly PlanPart[],
  reasons: readonly string[],
): number {
  const shown = Object.entries(WIDTHS).flatMap(([name, space]) =>
    columns[name as keyof Columns] ? [space] : [],
  );
  const rest = [...Object.values(ALWAYS), ...shown];
  const free = rest.reduce((left, space) => left - space - GAP, width - EDGES);
  const beside =
    width < NARROW ? 0 : Math.min(longest(reasons, 'cell') + GAP, free * REASONS_SHARE);
  return Math.max(80, Math.min(neededSpace(parts), free - beside));
}

/** Pixels that the longest name takes, whatever is folded. */
function neededSpace(parts: readonly PlanPart[]): number {
  const needed = parts.map(({group, rows}) => {
    const names = rows.map(({action}) => action);
    if (group === null) return longest(names, 'row');
    return Math.max(
      longest([group.label], 'row') + countSpace(names.length),
      longest(names, 'row') + INDENT,
    );
  });
  return needed.reduce((most, space) => Math.max(most, space), 0);
}

/** Pixels that the count behind the name of a heading takes. */
function countSpace(count: number): number {
  return longest([`× ${formatCount(count)}`], 'cell') + GAP;
}

/** Pixels of the longest of these texts. */
function longest(texts: readonly string[], face: Face): number {
  return Math.ceil(texts.reduce((most, text) => Math.max(most, textWidth(text, face)), 0)) + 1;
}
