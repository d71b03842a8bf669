import {useEffect} from 'react';
import {useDesk} from '../state/deskStore';
import {runCommand} from './commands';
import {bindingOf} from './keys';

/** Listens to the keys of the whole window; whatever handled a key itself has stopped it before. */
export function useKeys(): void {
  const desk = useDesk();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const id = bindingOf(event);
      if (id === null) return;
      // a dialog takes its own keys: Escape through <dialog>, letters not at all
      if (desk.store.getState().dialog !== null) return;
      if (runCommand(desk, id)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk]);
}
