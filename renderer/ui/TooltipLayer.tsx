import {visibleText} from '../../shared/visibleText';
import {useEffect, useState} from 'react';
import styles from './TooltipLayer.module.css';

interface Tip {
  readonly text: string;
  readonly keys: string | null;
  readonly left: number;
  readonly top: number;
}

const DELAY_MS = 450;

/** The element's tooltip: `data-tip` is its text, `data-keys` its key. */
function tipOf(target: EventTarget | null): Tip | null {
  if (!(target instanceof Element)) return null;
  const element = target.closest('[data-tip]');
  const text = element?.getAttribute('data-tip');
  if (element === null || text === null || text === undefined || text === '') return null;
  const box = element.getBoundingClientRect();
  const below = box.bottom + 36 < window.innerHeight;
  return {
    text: visibleText(text),
    keys: element.getAttribute('data-keys'),
    left: Math.min(Math.max(box.left + box.width / 2, 96), window.innerWidth - 96),
    top: below ? box.bottom + 6 : box.top - 34,
  };
}

/** Shows the tooltip of whatever is hovered or focused by key; mounted once. */
export function TooltipLayer() {
  const [tip, setTip] = useState<Tip | null>(null);

  useEffect(() => {
    let timer = 0;
    const hide = () => {
      window.clearTimeout(timer);
      setTip(null);
    };
    const over = (event: Event) => {
      hide();
      const next = tipOf(event.target);
      if (next !== null) timer = window.setTimeout(() => setTip(next), DELAY_MS);
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) over(event);
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', hide);
    document.addEventListener('scroll', hide, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', hide);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  if (tip === null) return null;
  return (
    <div role="tooltip" className={styles.tip} style={{left: tip.left, top: tip.top}}>
      {tip.text}
      {tip.keys !== null && <kbd className={styles.keys}>{tip.keys}</kbd>}
    </div>
  );
}
