import {useEffect, useRef, useState, useSyncExternalStore} from 'react';

/** The time, renewed every so often while the component is mounted; for clocks and "12 min ago". */
export function useNow(everyMs: number): Date {
  const {subscribe, now} = clockOf(everyMs);
  return useSyncExternalStore(subscribe, now);
}

type Clock = ReturnType<typeof makeClock>;
const clocks = new Map<number, Clock>();

/** All that ask for the same steps have one clock, so that two places never give the age of one thing differently. */
function clockOf(everyMs: number): Clock {
  const clock = clocks.get(everyMs) ?? makeClock(everyMs);
  clocks.set(everyMs, clock);
  return clock;
}

function makeClock(everyMs: number) {
  let now = new Date();
  let timer: number | undefined;
  const listeners = new Set<() => void>();
  return {
    now: () => {
      // it stands while nobody looks
      if (listeners.size === 0 && Math.abs(Date.now() - now.getTime()) >= everyMs) now = new Date();
      return now;
    },
    subscribe: (listener: () => void) => {
      if (listeners.size === 0)
        timer = window.setInterval(() => {
          now = new Date();
          for (const each of listeners) each();
        }, everyMs);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.clearInterval(timer);
      };
    },
  };
}

/** How long a value stays after the pointer has stopped. */
const HOLD_MS = 1000;

/** Holds a value still while it is pointed at (`hold` keeps what is shown), so that a click meets what the eye saw. */
export function useHeld<Value>(value: Value) {
  const [held, setHeld] = useState<{readonly value: Value} | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    shown: held === null ? value : held.value,
    hold: () => {
      setHeld((before) => before ?? {value});
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setHeld(null), HOLD_MS);
    },
  };
}
