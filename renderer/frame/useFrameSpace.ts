import {useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react';
import {useDesk, useDeskState} from '../state/deskStore';
import {isReading, SIDES, withoutSide, withSide, type Side, type Sides} from '../state/sides';
import {
  aloneIn,
  crowdedIn,
  foldedForCentre,
  foldedForRoom,
  type Alone,
  type FrameSpace,
} from './frameSpace';

/** Whether all that is unfolded has space beside and above each other. */
function fits(space: FrameSpace, collapsed: Sides): boolean {
  return foldedForRoom(space, collapsed, 'left') === null && aloneIn(space, collapsed) === null;
}

/**
 * Measures the space for the frame's places and folds what it can't hold beside the side opened last, and what stands in
 * the place of the centre when something is shown there. Both come back when there is space again.
 */
export function useFrameSpace(rows: RefObject<HTMLElement | null>): {
  readonly space: FrameSpace;
  readonly alone: Alone;
} {
  const {store} = useDesk();
  const folded = useDeskState((state) => state.collapsed);
  const reading = useDeskState(isReading);
  const centre = useDeskState((state) => state.centre);
  // the details of what is read lie over it and need no space of their own
  const collapsed = useMemo(
    () => (reading ? withSide(folded, 'right') : folded),
    [reading, folded],
  );
  const shown = useRef(centre);
  const [space, setRoom] = useState<FrameSpace>({
    width: window.innerWidth,
    height: window.innerHeight,
  });
  const openedLast = useRef<'left' | 'right'>('right');
  const before = useRef(collapsed);
  /** The centre was asked for after all sides that are unfolded. */
  const wantsCentre = useRef(false);
  const forRoom = useRef<readonly Side[]>([]);

  useLayoutEffect(() => {
    const element = rows.current;
    if (element === null) return;
    const measure = () => {
      const {clientWidth: width, clientHeight: height} = element;
      setRoom((old) => (old.width === width && old.height === height ? old : {width, height}));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rows]);

  useLayoutEffect(() => {
    const opened = SIDES.filter((side) => before.current.has(side) && !collapsed.has(side));
    for (const side of opened) if (side !== 'bottom') openedLast.current = side;
    if (shown.current !== centre) wantsCentre.current = true;
    else if (opened.length > 0) wantsCentre.current = false;
    shown.current = centre;
    before.current = collapsed;
    const {foldedByUser} = store.getState();
    forRoom.current = forRoom.current.filter(
      (side) => collapsed.has(side) && !foldedByUser.has(side),
    );

    const fold = foldedForRoom(space, collapsed, openedLast.current);
    const beside = fold === null ? collapsed : withSide(collapsed, fold);
    const left = wantsCentre.current ? foldedForCentre(space, beside) : beside;
    const more = SIDES.filter((side) => left.has(side) && !collapsed.has(side));
    if (more.length > 0) {
      forRoom.current = [...forRoom.current, ...more];
      store.setState({collapsed: left});
      return;
    }
    const back = forRoom.current.find((side) => fits(space, withoutSide(collapsed, side)));
    if (back !== undefined) store.setState({collapsed: withoutSide(collapsed, back)});
  }, [space, collapsed, centre, store]);

  useLayoutEffect(() => store.setState({crowded: crowdedIn(space)}), [space, store]);

  return {space, alone: aloneIn(space, collapsed)};
}
