import {visibleText} from '../../shared/visibleText';
import {useEffect, useState} from 'react';
import {Floating} from './Floating';
import styles from './TooltipLayer.module.css';

interface Tip {
  readonly element: Element;
  readonly text: string;
  readonly keys: string | null;
}

const DELAY_MS = 450;

/** Keys that move the cursor of a list whose rows never have the keyboard themselves. */
const WALKING = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End']);

/** The tooltip of an element: `data-tip` is its text, `data-keys` its key. */
function tipOf(element: Element | null | undefined): Tip | null {
  const text = element?.getAttribute('data-tip') ?? '';
  if (element === null || element === undefined || text === '') return null;
  return {element, text: visibleText(text), keys: element.getAttribute('data-keys')};
}

/** The row that a list points to while it has the keyboard: what its tooltip belongs to. */
function pointedTo(list: Element | null): Element | null {
  const id = list?.getAttribute('aria-activedescendant');
  const row = id === null || id === undefined ? null : document.getElementById(id);
  return row?.closest('[data-tip]') ?? row?.querySelector('[data-tip]') ?? null;
}

/** Shows the tooltip of whatever is hovered, or comes under the keyboard; mounted once. */
export function TooltipLayer() {
  const [tip, setTip] = useState<Tip | null>(null);

  useEffect(() => {
    let timer = 0;
    const hide = () => {
      window.clearTimeout(timer);
      setTip(null);
    };
    const wait = (next: Tip | null) => {
      hide();
      if (next !== null)
        timer = window.setTimeout(() => setTip(next.element.isConnected ? next : null), DELAY_MS);
    };
    const over = ({target}: Event) => {
      // nodes of the graph show theirs in a place of its own, over nothing
      if (target instanceof Element && target.closest('[data-tip-place]') === null)
        wait(tipOf(target.closest('[data-tip]')));
      else hide();
    };
    const focus = (event: FocusEvent) => {
      const {target} = event;
      if (!(target instanceof Element) || !target.matches(':focus-visible')) return;
      const pointed = pointedTo(target);
      if (pointed === null) over(event);
      else wait(tipOf(pointed));
    };
    const walked = ({key}: KeyboardEvent) => {
      if (WALKING.has(key)) wait(tipOf(pointedTo(document.activeElement)));
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('keyup', walked);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', hide);
    document.addEventListener('scroll', hide, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('keyup', walked);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', hide);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  if (tip === null) return null;
  // of a cell above it, so that the row that is read next is not covered
  const placement = tip.element.matches('[role=gridcell]') ? 'top' : 'bottom';
  return (
    <Floating {...{anchor: tip.element, placement, gap: 6, role: 'tooltip', className: styles.tip}}>
      {tip.text}
      {tip.keys !== null && <kbd className={styles.keys}>{tip.keys}</kbd>}
    </Floating>
  );
}
