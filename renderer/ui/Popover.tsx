import {useEffect, useId, useRef, useState, type ReactNode} from 'react';
import {Button, type ButtonProps} from './Button';
import {Floating} from './Floating';
import {joinClasses} from './joinClasses';
import styles from './Menu.module.css';

/** Props of {@link Popover}: those of its button, and what it opens. */
export interface PopoverProps extends Omit<ButtonProps, 'onClick' | 'content' | 'ref'> {
  /** Name of what opens, for screen readers, where it is not the button's. */
  readonly panelLabel?: string;
  readonly panel: (close: () => void) => ReactNode;
  readonly align?: 'left' | 'right';
}

/** A button that opens a small panel with an explanation and its buttons. */
export function Popover({panelLabel, panel, align = 'left', ...button}: PopoverProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const shown = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      const {target} = event;
      if (!(target instanceof Node)) return;
      if (shown.current?.contains(target) === true || opener.current?.contains(target) === true)
        return;
      setOpen(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [open]);

  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <span
      className={styles.root}
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <Button
        {...button}
        ref={opener}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Floating
          id={id}
          ref={shown}
          anchor={opener.current}
          placement={align === 'right' ? 'bottom-end' : 'bottom-start'}
          role="dialog"
          aria-label={panelLabel ?? button['aria-label']}
          className={joinClasses(styles.popup, styles.panel)}
        >
          {panel(close)}
        </Floating>
      )}
    </span>
  );
}
