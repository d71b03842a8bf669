import {useEffect, useRef, type UIEvent} from 'react';
import {useDesk} from '../state/deskStore';

const SETTLED_MS = 300;

/** Keeps a list's place under a name with the study: where to begin, and what to call as it scrolls. */
export function useScrollMemory(name: string | undefined): {
  readonly initial: number;
  readonly onScroll: (event: UIEvent) => void;
} {
  const {store} = useDesk();
  const timer = useRef(0);
  const place = `scroll.${name ?? ''}`;
  const initial = useRef(
    name === undefined ? 0 : Number(store.getState().choices[place] ?? 0),
  ).current;

  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onScroll = (event: UIEvent) => {
    if (name === undefined) return;
    const top = Math.round(event.currentTarget.scrollTop);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      store.setState((state) => ({choices: {...state.choices, [place]: String(top)}}));
    }, SETTLED_MS);
  };
  return {initial, onScroll};
}
