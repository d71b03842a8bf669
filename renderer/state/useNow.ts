import {useEffect, useRef, useState} from 'react';

/** The time, renewed every so often while the component is mounted; for clocks and "12 min ago". */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    setNow(new Date());
    const timer = window.setInterval(() => setNow(new Date()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
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
