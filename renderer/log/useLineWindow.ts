import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
} from 'react';
import {
  LINE_HEIGHT,
  lineSpace,
  movedBy,
  startOfEnd,
  type LinePlace,
  type LogPlace,
} from './lineSpace';

/** Wrapped lines drawn above the view, so that their heights are known before one scrolls up to them. */
const ABOVE = 30;

/** What of a log is drawn, and how one moves in it. */
export type LineWindow = ReturnType<typeof useLineWindow>;

/**
 * The part of a log that is in view. The browser's scroll position only stands for a place among the lines: so a log
 * may be longer than what a browser scrolls through, wrapped lines need no heights but those in view, and wheel and
 * keys move by what is seen. Another `key` is another log, which begins at its end.
 */
export function useLineWindow(lines: number, wrapped: boolean, key: string | null) {
  const [box, scroller] = useState<HTMLDivElement | null>(null);
  const rows = useRef<HTMLDivElement>(null);
  const view = useViewHeight(box);
  const [wrappedHeight, setWrappedHeight] = useState(LINE_HEIGHT);
  const [wanted, setPlace] = useState<LogPlace>('end');
  const [leftAt, setLeftAt] = useState(0);
  const synced = useRef(0);
  const lineHeight = wrapped ? wrappedHeight : LINE_HEIGHT;
  const space = lineSpace(lines, view, lineHeight);

  const heightOf = (line: number): number => {
    if (!wrapped) return LINE_HEIGHT;
    const row = rows.current?.querySelector(`[data-index="${line}"]`);
    return row?.clientHeight || lineHeight;
  };
  /** Where unwrapped lines end is known before they are drawn. */
  const within = (next: LinePlace): LogPlace =>
    !wrapped && view > 0 && next.line * LINE_HEIGHT + next.offset >= lines * LINE_HEIGHT - view
      ? 'end'
      : next;
  // a taller view, or another number of lines, may have the end in it
  const place = wanted === 'end' ? 'end' : within(wanted);
  const put = (next: LogPlace): void => {
    if (place === 'end' && next !== 'end') setLeftAt(lines);
    setPlace(next);
  };
  const moveBy = (pixels: number): void => {
    if (pixels > 0 && place === 'end') return;
    const here = place === 'end' ? startOfEnd(lines, view, heightOf) : place;
    if (place === 'end' && here.line === 0 && here.offset === 0) return;
    put(within(movedBy(here, pixels, lines, heightOf)));
  };

  useEffect(() => setPlace('end'), [key]);

  useWheel(box, moveBy);

  // the scrollbar shows the place, however one came there
  const scrollTop = space.scrollTo(place);
  useLayoutEffect(() => {
    if (box === null) return;
    if (Math.abs(box.scrollTop - scrollTop) >= 1) box.scrollTop = scrollTop;
    synced.current = box.scrollTop;
  }, [box, scrollTop, space.height, view]);

  const first = place === 'end' ? startOfEnd(lines, view, () => LINE_HEIGHT) : place;
  const top = Math.min(first.line, Math.max(0, lines - 1));
  const from = Math.max(0, top - (wrapped ? ABOVE : 1));
  const to = Math.min(lines, top + Math.ceil(view / LINE_HEIGHT) + 2);

  // how tall wrapped lines are is known once they are drawn
  useLayoutEffect(() => {
    const drawn = rows.current;
    if (!wrapped || drawn === null || box === null || to <= from) return;
    const tops = [...drawn.querySelectorAll('[data-index]')].map((row) =>
      row.getBoundingClientRect(),
    );
    const [head, foot] = [tops[0], tops.at(-1)];
    if (head === undefined || foot === undefined || view === 0) return;
    const average = (foot.bottom - head.top) / tops.length;
    if (Math.abs(average / wrappedHeight - 1) > 0.25) setWrappedHeight(average);
    if (place === 'end') return;
    const upper = box.getBoundingClientRect().top;
    if (from === 0 && head.top > upper + 1) setPlace({line: 0, offset: 0});
    else if (to === lines && foot.bottom < upper + view - 1) setPlace('end');
  }, [box, wrapped, wrappedHeight, from, to, place, lines, view]);

  return {
    scroller,
    /** Holds the drawn lines, each with its number as `data-index`. */
    rows,
    /** Pixels to scroll through, and in view. */
    height: Math.max(space.height, view),
    view,
    /** Drawn lines; `to` exclusive. Those before `top` lie above the view. */
    ...{from, top, to},
    /** Pixels of line `top` above the view; null where the last line is at the view's bottom. */
    offset: wrapped && place === 'end' ? null : first.offset,
    /** Lines that came since the end was left. */
    fresh: place === 'end' ? 0 : Math.max(0, lines - leftAt),
    /** Brings a line into view, in its upper third. */
    goTo(line: number) {
      const upper = {line, offset: -Math.floor(view / 3)};
      put(wrapped ? upper : within(movedBy(upper, 0, lines, heightOf)));
    },
    follow: () => setPlace('end'),
    onScroll: () => {
      const at = box?.scrollTop ?? 0;
      // sideways, or what was done here
      if (Math.abs(at - synced.current) < 1) return;
      synced.current = at;
      put(space.placeAt(at));
    },
    /** Moves by the keys that scroll; false for other keys. */
    onKey(event: KeyboardEvent): boolean {
      const {key: pressed, ctrlKey, metaKey, altKey} = event;
      const by = pixelsByKey(event, view);
      if (altKey) return false;
      if (pressed === 'Home') put(within({line: 0, offset: 0}));
      else if (pressed === 'End') put('end');
      else if (by !== undefined && !ctrlKey && !metaKey) moveBy(by);
      else return false;
      return true;
    },
  };
}

/** Pixels of the box in view. */
function useViewHeight(box: HTMLDivElement | null): number {
  const [view, setView] = useState(0);
  useLayoutEffect(() => {
    if (box === null) return undefined;
    const look = (): void => setView(box.clientHeight);
    look();
    const watch = new ResizeObserver(look);
    watch.observe(box);
    return () => watch.disconnect();
  }, [box]);
  return view;
}

/** Moves by the wheel in place of the browser. */
function useWheel(box: HTMLDivElement | null, moveBy: (pixels: number) => void): void {
  const wheel = useEffectEvent((event: WheelEvent) => {
    if (event.ctrlKey || Math.abs(event.deltaX) >= Math.abs(event.deltaY)) return;
    event.preventDefault();
    moveBy(event.deltaY);
  });
  useEffect(() => {
    if (box === null) return undefined;
    const onWheel = (event: WheelEvent): void => wheel(event);
    // React's own listener could not keep the browser from scrolling as well
    box.addEventListener('wheel', onWheel, {passive: false});
    return () => box.removeEventListener('wheel', onWheel);
  }, [box]);
}

/** Pixels that a key scrolls by; undefined for other keys. */
function pixelsByKey({key, shiftKey}: KeyboardEvent, view: number): number | undefined {
  const page = Math.max(LINE_HEIGHT, view - LINE_HEIGHT);
  const pixels: Readonly<Record<string, number>> = {
    ArrowUp: -LINE_HEIGHT,
    ArrowDown: LINE_HEIGHT,
    PageUp: -page,
    PageDown: page,
    ' ': shiftKey ? -page : page,
  };
  return pixels[key];
}
