import type {Sides} from '../state/sides';

/** Least sizes in pixels at which a part can be read. */
export const LEAST = {left: 220, right: 280, bottom: 120, centre: 320, upper: 180} as const;

/** The space for the frame's places, or that of the window: pixels. */
export interface FrameSpace {
  readonly width: number;
  readonly height: number;
}

/** Pixels of the screen below which a window is low, and pixels of its text below which it is whatever its text's size. */
const LOW = {screen: 700, text: 460} as const;

/** Whether a window has space for one place alone: a low or narrow one, and any with text twice as large as usual. */
export function hasOnePlace({width, height}: FrameSpace, zoom: number): boolean {
  const low = height * zoom < LOW.screen || height < LOW.text;
  return low || zoom >= 2 || width < LEAST.centre + LEAST.right;
}

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

/** Height of the bottom panel before the user drags it: the plan takes what its jobs need, up to most of the space. */
export function bottomHeight(
  {height}: FrameSpace,
  tab: 'log' | 'problems' | 'checks' | 'plan' | 'try' | 'shell',
  jobs: number,
): number {
  const row = 30;
  // tabs, the plan's head and the heads of its columns
  const wanted = tab === 'plan' ? 150 + Math.max(4, jobs) * row : Math.round(height * 0.36);
  const most = Math.round(height * (tab === 'plan' ? 0.62 : 0.5));
  return Math.max(LEAST.bottom, Math.min(Math.max(232, wanted), most));
}
