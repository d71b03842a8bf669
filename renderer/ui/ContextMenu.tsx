import {useCallback, useState, type MouseEvent, type ReactNode} from 'react';
import type {Anchor} from './Floating';
import {MenuPopup, type MenuItem} from './MenuPopup';

/** What a context menu is given when it opens. */
export interface ContextMenuContent {
  /** Name of the menu for screen readers. */
  readonly label: string;
  readonly items: readonly MenuItem[];
}

/** A context menu of a part of the window: `menu` goes into the part, `open` on its `onContextMenu`. */
export interface ContextMenu {
  readonly menu: ReactNode;
  /** Opens it at the pointer, or beside what has the keyboard (Shift+F10). */
  readonly open: (event: MouseEvent, content: ContextMenuContent) => void;
}

interface Opened extends ContextMenuContent {
  readonly anchor: Anchor;
  readonly opener: HTMLElement | null;
}

/** A context menu, by the right button and by the keyboard; the keyboard goes back to where it was. */
export function useContextMenu(): ContextMenu {
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = useCallback((event: MouseEvent, content: ContextMenuContent) => {
    event.preventDefault();
    event.stopPropagation();
    const active = document.activeElement;
    const {clientX: x, clientY: y, currentTarget} = event;
    const byKey = event.button !== 2 || (x === 0 && y === 0);
    setOpened({
      ...content,
      anchor: byKey
        ? currentTarget
        : {getBoundingClientRect: () => DOMRect.fromRect({x, y, width: 0, height: 0})},
      opener: active instanceof HTMLElement && active !== document.body ? active : null,
    });
  }, []);
  const close = useCallback((refocus: boolean) => {
    setOpened((before) => {
      if (refocus) before?.opener?.focus();
      return null;
    });
  }, []);
  const menu = opened !== null && (
    <MenuPopup anchor={opened.anchor} label={opened.label} items={opened.items} onClose={close} />
  );
  return {menu, open};
}
