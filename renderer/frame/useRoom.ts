import {useLayoutEffect, useRef, useState, type RefObject} from 'react';
import {useDesk, useDeskState} from '../state/deskStore';
import {aloneIn, crowdedIn, foldedForCentre, foldedForRoom, type Alone, type Room} from './room';

/**
 * Measures the room for the frame's places and folds what it can't hold beside the side opened last, which unfolds
 * when there is room again; and what stands in the place of the centre when something is shown there.
 */
export function useRoom(rows: RefObject<HTMLElement | null>): {
  readonly room: Room;
  readonly alone: Alone;
} {
  const {store} = useDesk();
  const collapsed = useDeskState((state) => state.collapsed);
  const centre = useDeskState((state) => state.centre);
  const shown = useRef(centre);
  const [room, setRoom] = useState<Room>({width: window.innerWidth, height: window.innerHeight});
  const openedLast = useRef<'left' | 'right'>('right');
  const before = useRef(collapsed);
  const forRoom = useRef<'left' | 'right' | null>(null);

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
    for (const side of ['left', 'right'] as const)
      if (before.current[side] && !collapsed[side]) openedLast.current = side;
    before.current = collapsed;
    const fold = foldedForRoom(room, collapsed, openedLast.current);
    if (fold !== null) {
      forRoom.current = fold;
      store.setState((state) => ({collapsed: {...state.collapsed, [fold]: true}}));
      return;
    }
    const back = forRoom.current;
    if (back === null || !collapsed[back]) return;
    const unfolded = {...collapsed, [back]: false};
    if (foldedForRoom(room, unfolded, back) !== null || aloneIn(room, unfolded) !== null) return;
    forRoom.current = null;
    if (!store.getState().foldedByUser[back]) store.setState({collapsed: unfolded});
  }, [room, collapsed, store]);

  useLayoutEffect(() => store.setState({crowded: crowdedIn(room)}), [room, store]);

  useLayoutEffect(() => {
    if (shown.current === centre) return;
    shown.current = centre;
    store.setState((state) => ({collapsed: foldedForCentre(room, state.collapsed)}));
  }, [room, centre, store]);

  return {room, alone: aloneIn(room, collapsed)};
}
