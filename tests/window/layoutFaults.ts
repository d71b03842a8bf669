import type {Page} from 'playwright-core';

/**
 * What is wrong with the layout of the window as it stands: text out of the window, cut without a way to read it or
 * with a gap behind its ellipsis, a name that is no cut of itself or is cut where it fits, or covered by something else, and controls out of sight; each with where. In the
 * graph only what is written on the canvas counts as a whole: it is panned.
 */
export function layoutFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(faultsOnScreen);
}

/** Runs in the page. */
function faultsOnScreen(): string[] {
  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  /** Pixels that letters may stand over without being hard to read. */
  const SLACK = 2;
  const faults = new Set<string>();
  const dialogs = [...document.querySelectorAll('dialog[open]')];
  const top: Element = dialogs[dialogs.length - 1] ?? document.body;

  const within = (inner: Box, outer: Box): Box => ({
    left: Math.max(inner.left, outer.left),
    top: Math.max(inner.top, outer.top),
    right: Math.min(inner.right, outer.right),
    bottom: Math.min(inner.bottom, outer.bottom),
  });
  const isEmpty = ({left, top: head, right, bottom}: Box) => right - left < 1 || bottom - head < 1;

  /** What can be seen of a box, and whether what can't be is scrolled to. */
  const seen = (box: Box, from: Element): {readonly box: Box; readonly scrolled: boolean} => {
    let [rest, scrolled] = [box, false];
    for (let up: Element | null = from; up !== null; up = up.parentElement) {
      const {overflowX, overflowY, position} = getComputedStyle(up);
      if (overflowX !== 'visible' || overflowY !== 'visible') {
        const next = within(rest, up.getBoundingClientRect());
        const cutX = next.right - next.left < rest.right - rest.left - SLACK;
        const cutY = next.bottom - next.top < rest.bottom - rest.top - SLACK;
        if ((cutX && /auto|scroll/.test(overflowX)) || (cutY && /auto|scroll/.test(overflowY)))
          scrolled = true;
        rest = next;
      }
      if (position === 'fixed' || up.matches('dialog, [popover]')) break;
    }
    return {box: rest, scrolled};
  };

  const say = (fault: string, text: string, {left, top: head}: Box) =>
    faults.add(`${fault}: “${text.slice(0, 50)}” at ${Math.round(left)}, ${Math.round(head)}`);

  const look = (text: Text, parent: Element): void => {
    const words = (text.textContent ?? '').trim();
    const range = document.createRange();
    range.selectNodeContents(text);
    const whole = range.getBoundingClientRect();
    if (isEmpty(whole)) return;
    const {box, scrolled: scrolledTo} = seen(whole, parent);
    // its lines are clipped within what is scrolled too
    const scrolled = scrolledTo || parent.closest('[role=log]') !== null;
    // of a line that is scrolled away, the last pixel is none of the text's own
    if (scrolled && (isEmpty(box) || box.bottom - box.top < SLACK)) return;
    const told = parent.closest('[data-tip], [title], [data-tip-place], svg') !== null;
    const cut =
      whole.right - box.right > SLACK ||
      box.left - whole.left > SLACK ||
      whole.bottom - box.bottom > SLACK + 1 ||
      box.top - whole.top > SLACK + 1;
    if (!scrolled && !told && (cut || /\S…\S/.test(words))) say('cut', words, whole);
    if (cut && goesOnAfterEllipsis(parent)) say('a gap after the ellipsis of', words, whole);
    const view = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
    const inView = within(box, view);
    if (box.right > view.right + 1 || box.bottom > view.bottom + 1 || box.left < -1 || box.top < -1)
      if (!isEmpty(box)) say('outside the window', words, box);
    if (isEmpty(inView)) return;
    // of a name that the edge of the graph cuts, the last pixels lie below the next line's
    const isPanned = parent.closest('.react-flow__node') !== null;
    if (isPanned && inView.bottom - inView.top < (whole.bottom - whole.top) / 2) return;
    const middle = (inView.top + inView.bottom) / 2;
    // such text does not say where it stands
    if (getComputedStyle(parent).pointerEvents === 'none') return;
    const covered = [inView.left + 2, (inView.left + inView.right) / 2, inView.right - 2]
      .map((x) => document.elementFromPoint(x, middle))
      .find((at) => at !== null && !isOver(at, parent));
    if (covered !== undefined && covered !== null)
      say(`covered by ${nameOf(covered)}`, words, inView);
  };

  /** Something to press or fill in that can't be seen, nor scrolled to. The graph is panned. */
  const lookAtControl = (element: Element): void => {
    const whole = element.getBoundingClientRect();
    if (isEmpty(whole) || element.closest('.react-flow, .visually-hidden, [inert]') !== null)
      return;
    const {box, scrolled} = seen(whole, element.parentElement ?? element);
    const inView = within(box, {left: 0, top: 0, right: innerWidth, bottom: innerHeight});
    const hidden =
      inView.right - inView.left < whole.width / 2 || inView.bottom - inView.top < whole.height / 2;
    if (!scrolled && hidden) say('out of sight', nameOf(element), whole);
  };

  /** Whether what follows a text that the browser shortens at its end belongs to the same words: it leaves room between. */
  const goesOnAfterEllipsis = (parent: Element): boolean => {
    let box = parent;
    while (getComputedStyle(box).display === 'inline' && box.parentElement !== null)
      box = box.parentElement;
    const {textOverflow, direction} = getComputedStyle(box);
    const next = box.nextElementSibling;
    if (textOverflow !== 'ellipsis' || direction === 'rtl' || next === null) return false;
    if (box.scrollWidth <= box.clientWidth) return false;
    const gap = next.getBoundingClientRect().left - box.getBoundingClientRect().right;
    return Math.abs(gap) < SLACK;
  };

  /** Whether what is met where a text stands belongs to that text, or is meant to lie over the window. */
  const isOver = (at: Element, parent: Element): boolean => {
    if (at.contains(parent) || parent.contains(at)) return true;
    // nodes are panned out from under the buttons of their canvas
    if (parent.closest('.react-flow__node') !== null && at.closest('.react-flow') === null)
      return true;
    // what is seen of a divider is narrower than what can be taken hold of
    if (at.closest('[role=separator]') !== null) return true;
    // what floats, and heads under which rows are scrolled
    if (at.closest('[popover], dialog') !== parent.closest('[popover], dialog')) return true;
    if (at.closest('label') !== null && at.closest('label') === parent.closest('label'))
      return true;
    for (let up: Element | null = at; up !== null && !up.contains(parent); up = up.parentElement)
      if (getComputedStyle(up).position === 'sticky') return true;
    return false;
  };
  const nameOf = (element: Element): string =>
    (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 30) ||
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;

  /** A name that is neither whole nor a cut of itself, or is cut where it fits, or does not fit its place. */
  const lookAtName = (element: HTMLElement): void => {
    const {name = '', member} = element.dataset;
    const label = element.textContent ?? '';
    const pieces = label.split('…');
    const [head = '', tail = ''] = [pieces[0], pieces.at(-1)];
    const place = element.getBoundingClientRect();
    const isCut =
      member === undefined
        ? pieces.length === 2 && tail !== '' && name.startsWith(head) && name.endsWith(tail)
        : pieces.length <= 2 &&
          name.includes(head) &&
          name.slice(name.indexOf(head)).includes(tail);
    if (label !== name && !isCut) say(`no cut of ${name}`, label, place);
    if (getComputedStyle(element).display === 'inline') return;
    if (label !== name && element.scrollWidth <= element.clientWidth)
      say(`cut though ${name} fits`, label, place);
    const range = document.createRange();
    const [text] = element.childNodes;
    if (text !== undefined) range.selectNode(text);
    if (range.getBoundingClientRect().width > place.width + SLACK)
      say('wider than its place', label, place);
  };

  for (const element of top.querySelectorAll<HTMLElement>('[data-name]'))
    if (element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
      lookAtName(element);
  const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || (node.textContent ?? '').trim() === '') continue;
    if (!parent.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue;
    if (parent.closest('.visually-hidden, option, script, style, [inert]') !== null) continue;
    if (node instanceof Text) look(node, parent);
  }
  for (const control of top.querySelectorAll('button, input, select, textarea, [role=tab]'))
    if (control.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
      lookAtControl(control);
  // a sentence is read without scrolling sideways, whatever stands beneath it
  for (const sentence of top.querySelectorAll('p')) {
    let box = sentence.parentElement;
    while (box !== null && !/auto|scroll/.test(getComputedStyle(box).overflowX))
      box = box.parentElement;
    const place = sentence.getBoundingClientRect();
    if (box !== null && place.width > box.clientWidth + SLACK)
      say('wider than what scrolls it', nameOf(sentence), place);
  }
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight)
    faults.add(`the window scrolls: ${page.scrollWidth}×${page.scrollHeight}`);
  return [...faults];
}
