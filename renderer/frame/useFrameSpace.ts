import {useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react';
import {goTo} from '../commands/places';
import {useDesk, useDeskState} from '../state/deskStore';
import {isReading, SIDES, withoutSide, withSide, type Side} from '../state/sides';
import {foldedForRoom, hasOnePlace, type FrameSpace} from './frameSpace';

/** Milliseconds after which a window that was resized has all its sizes. */
const SETTLES_MS = 150;

function windowSize(): FrameSpace {
  return {width: window.innerWidth, height: window.innerHeight};
}

/** How much larger than usual all of the window is shown; not known in a frame of another page, such as VS Code's browser. */
function zoomNow(): number {
  if (window.parent !== window) return 1;
  return Math.round((20 * window.outerWidth) / window.innerWidth) / 20;
}

/** The side that has the keyboard, if any. */
function placeInUse(): Side | null {
  const active = document.activeElement;
  const inUse = SIDES.find((side) => (active?.closest(`[data-place=${side}]`) ?? null) !== null);
  return inUse ?? null;
}

/**
 * Measures the space for the frame's places and folds what it can't hold beside the side opened last; that comes back when
 * there is space again. A window with space for one place alone shows them by tabs.
 */
export function useFrameSpace(rows: RefObject<HTMLElement | null>): FrameSpace {
  const {store} = useDesk();
  const folded = useDeskState((state) => state.collapsed);
  const reading = useDeskState(isReading);
  // the details of what is read lie over it and need no space of their own
  const collapsed = useMemo(
    () => (reading ? withSide(folded, 'right') : folded),
    [reading, folded],
  );
  const [space, setSpace] = useState(windowSize);
  const openedLast = useRef<'left' | 'right'>('right');
  const before = useRef(collapsed);
  const forSpace = useRef<'left' | 'right' | null>(null);

  useLayoutEffect(() => {
    const element = rows.current;
    if (element === null) return;
    const measure = () => {
      const {clientWidth: width, clientHeight: height} = element;
      setSpace((old) => (old.width === width && old.height === height ? old : {width, height}));
      const one = hasOnePlace(windowSize(), zoomNow());
      const {place} = store.getState();
      if (one === (place !== null)) return;
      const inUse = placeInUse();
      // its parts are made anew, and the keyboard stays with them
      if (inUse !== null && inUse !== 'right') goTo(inUse === 'left' ? 'list' : 'log');
      store.setState({place: one ? (inUse ?? 'centre') : null});
    };
    let timer = 0;
    const follow = () => {
      measure();
      window.clearTimeout(timer);
      // the window's own size, by which its zoom is known, comes later than that of its page
      timer = window.setTimeout(measure, SETTLES_MS);
    };
    follow();
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    return () => {
      window.clearTimeout(timer);
      observer.disconnect();
    };
  }, [rows, store]);

  useLayoutEffect(() => {
    const opened = SIDES.filter((side) => before.current.has(side) && !collapsed.has(side));
    for (const side of opened) if (side !== 'bottom') openedLast.current = side;
    before.current = collapsed;
    const {foldedByUser} = store.getState();
    const waits = forSpace.current;
    if (waits !== null && (!collapsed.has(waits) || foldedByUser.has(waits)))
      forSpace.current = null;

    const fold = foldedForRoom(space, collapsed, openedLast.current);
    if (fold !== null) {
      forSpace.current = fold;
      store.setState({collapsed: withSide(collapsed, fold)});
      return;
    }
    const back = forSpace.current;
    if (back === null) return;
    const wider = withoutSide(collapsed, back);
    if (foldedForRoom(space, wider, 'left') === null) store.setState({collapsed: wider});
  }, [space, collapsed, store]);

  return space;
}
