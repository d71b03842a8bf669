import {useEffect, useRef, useState, type ReactNode} from 'react';
import {Button, type ButtonProps} from './Button';
import {joinClasses} from './joinClasses';
import styles from './Menu.module.css';

/** Props of {@link Popover}: those of its button, and what it opens. */
export interface PopoverProps extends Omit<ButtonProps, 'onClick' | 'content'> {
  /** Name of what opens, for screen readers. */
  readonly panelLabel: string;
  readonly panel: (close: () => void) => ReactNode;
  readonly align?: 'left' | 'right';
}

/** A button that opens a small panel with an explanation and its buttons. */
export function Popover({panelLabel, panel, align = 'left', ...button}: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  return (
    <span
      ref={root}
      className={styles.root}
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        root.current?.querySelector<HTMLButtonElement>('[aria-haspopup]')?.focus();
      }}
    >
      <Button
        {...button}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div
          role="dialog"
          aria-label={panelLabel}
          className={joinClasses(styles.popup, styles.panel, align === 'right' && styles.right)}
        >
          {panel(() => setOpen(false))}
        </div>
      )}
    </span>
  );
}
