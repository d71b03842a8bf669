import {useEffect} from 'react';
import {homesOf, targetAmong} from '../commands/places';

/**
 * Keeps the keyboard in the part of the window where it was when what had it goes away or can't have it any more: a
 * button that was pressed, a dialog or view that was closed. It never falls back to the page as a whole.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    let homes: readonly Element[] = [];
    const remember = ({target}: FocusEvent) => {
      if (!(target instanceof HTMLElement) || target === document.body) return;
      last = target;
      homes = homesOf(target);
    };
    let pending = 0;
    const restore = () => {
      pending = 0;
      const active = document.activeElement;
      const lost =
        active === null ||
        active === document.body ||
        (active instanceof HTMLButtonElement && active.disabled);
      if (!lost || last === null || document.querySelector('dialog[open]') !== null) return;
      // where it went away but its neighbours stay, the keyboard stays with them
      targetAmong(homes)?.focus({preventScroll: true});
    };
    const check = () => {
      if (pending === 0) pending = requestAnimationFrame(restore);
    };
    const observer = new MutationObserver(check);
    observer.observe(document.body, {
      ...{childList: true, subtree: true},
      attributeFilter: ['disabled', 'hidden'],
    });
    // with a click on nothing the user means to leave
    const leave = ({target}: PointerEvent) => {
      if (target instanceof Element && target.closest('button, input, [tabindex]') === null)
        last = null;
    };
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', leave, true);
    return () => {
      cancelAnimationFrame(pending);
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', leave, true);
    };
  }, []);
}
