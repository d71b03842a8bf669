import {useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react';
import {useDesk, useDeskState} from '../state/deskStore';
import {isReading, SIDES, withoutSide, withSide, type FramePlace} from '../state/sides';
import {foldedForRoom, hasOnePlace, type FrameSpace} from './frameSpace';

function windowSize(): FrameSpace {
  return {width: window.innerWidth, height: window.innerHeight};
}

/** How much larger than usual all of the window is shown. */
function zoomNow(): number {
  return Math.round((20 * window.outerWidth) / window.innerWidth) / 20;
}

/** The place that has the keyboard, or else the centre. */
function placeInUse(): FramePlace {
  const active = document.activeElement;
  const inUse = SIDES.find((side) => (active?.closest(`[data-place=${side}]`) ?? null) !== null);
  return inUse ?? 'centre';
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
      if (one !== (place !== null)) store.setState({place: one ? placeInUse() : null});
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
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
