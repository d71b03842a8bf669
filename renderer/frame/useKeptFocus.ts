import {useEffect} from 'react';
import {targetIn} from '../commands/places';

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
      const around: Element[] = [];
      for (
        let up = target.parentElement;
        up !== null && up !== document.body;
        up = up.parentElement
      )
        around.push(up);
      homes = around;
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
      for (const home of homes) {
        if (!home.isConnected) continue;
        // of the window as a whole, what is looked at
        const target = targetIn(home.querySelector('main') ?? home) ?? targetIn(home);
        if (target !== null && target !== active) {
          target.focus({preventScroll: true});
          return;
        }
      }
    };
    const check = () => {
      if (pending === 0) pending = requestAnimationFrame(restore);
    };
    const observer = new MutationObserver(check);
    observer.observe(document.body, {
      ...{childList: true, subtree: true},
      attributeFilter: ['disabled', 'hidden'],
    });
    // a click on nothing is the user's own way to leave
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
