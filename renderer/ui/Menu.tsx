import {useCallback, useId, useRef, useState} from 'react';
import {Button, type ButtonProps} from './Button';
import {MenuPopup, type MenuItem} from './MenuPopup';

export type {MenuItem} from './MenuPopup';

/** Props of {@link Menu}: those of its button, and the entries. */
export interface MenuProps extends Omit<ButtonProps, 'onClick' | 'ref'> {
  /** The entries, or how to make them when the menu opens. */
  readonly items: readonly MenuItem[] | (() => readonly MenuItem[]);
  readonly align?: 'left' | 'right';
  /** Name of the popup for screen readers, where it is not the button's. */
  readonly menuLabel?: string;
}

/** A button with a popup menu after the ARIA pattern. */
export function Menu({items, align = 'left', menuLabel, ...button}: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const close = useCallback((refocus: boolean) => {
    setOpen(false);
    if (refocus) opener.current?.focus();
  }, []);

  return (
    <>
      <Button
        {...button}
        ref={opener}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(true);
        }}
      />
      {open && (
        <MenuPopup
          id={id}
          anchor={opener.current}
          placement={align === 'right' ? 'bottom-end' : 'bottom-start'}
          label={menuLabel ?? button['aria-label'] ?? ''}
          items={typeof items === 'function' ? items() : items}
          onClose={close}
        />
      )}
    </>
  );
}
