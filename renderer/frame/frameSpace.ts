import {SIDES, withoutSide, withSide, type Side, type Sides} from '../state/sides';

/** Least sizes in pixels at which a part can be read. */
export const LEAST = {left: 220, right: 280, bottom: 120, centre: 320, upper: 180} as const;

/** FrameSpace for the frame's places: pixels between top bar and status line. */
export interface FrameSpace {
  readonly width: number;
  readonly height: number;
}

/** Which part has the space of others too, where there is none for all that are unfolded. */
export type Alone = Side | null;

/** The side that is folded for want of space beside the one opened last: never both at the centre's cost. */
export function foldedForRoom(
  {width}: FrameSpace,
  collapsed: Sides,
  openedLast: 'left' | 'right',
): 'left' | 'right' | null {
  if (collapsed.has('left') || collapsed.has('right')) return null;
  if (width >= LEAST.left + LEAST.centre + LEAST.right) return null;
  return openedLast === 'left' ? 'right' : 'left';
}

/** The only part shown in a window too small to hold another beside or above it. */
export function aloneIn({width, height}: FrameSpace, collapsed: Sides): Alone {
  if (!collapsed.has('bottom') && height < LEAST.upper + LEAST.bottom + 40) return 'bottom';
  if (!collapsed.has('right') && width < LEAST.centre + LEAST.right) return 'right';
  if (!collapsed.has('left') && width < LEAST.centre + LEAST.left) return 'left';
  return null;
}

/** The sides that would take the place of the centre if they were unfolded. */
export function crowdedIn(space: FrameSpace): Sides {
  const folded = new Set(SIDES);
  return new Set(SIDES.filter((side) => aloneIn(space, withoutSide(folded, side)) !== null));
}

/** The folded sides once the centre is asked for: no part takes its place. */
export function foldedForCentre(space: FrameSpace, collapsed: Sides): Sides {
  const alone = aloneIn(space, collapsed);
  return alone === null ? collapsed : foldedForCentre(space, withSide(collapsed, alone));
}

/** Height of the bottom panel before the user drags it: the plan takes what its jobs need, up to most of the space. */
export function bottomHeight(
  {height}: FrameSpace,
  tab: 'log' | 'problems' | 'checks' | 'plan' | 'shell',
  jobs: number,
): number {
  const row = 30;
  // tabs, the plan's head and the heads of its columns
  const wanted = tab === 'plan' ? 150 + Math.max(4, jobs) * row : Math.round(height * 0.36);
  const most = Math.round(height * (tab === 'plan' ? 0.62 : 0.5));
  return Math.max(LEAST.bottom, Math.min(Math.max(232, wanted), most));
}
