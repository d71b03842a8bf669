import {useLayoutEffect, useState, type RefObject} from 'react';

/** Steps of a measured width in pixels: names are fitted again at each, so not at every pixel of a drag. */
const STEP = 8;

/** The width of an element in pixels, down to a step of 8; `initial` until it has been measured. */
export function useWidth<Initial extends number | null>(
  element: RefObject<HTMLElement | null>,
  initial: Initial,
): number | Initial {
  const [width, setWidth] = useState<number | Initial>(initial);
  useLayoutEffect(() => {
    const current = element.current;
    if (current === null) return;
    const measure = () => {
      const {clientWidth} = current;
      if (clientWidth > 0) setWidth(Math.floor(clientWidth / STEP) * STEP);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
