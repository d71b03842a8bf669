import {useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode} from 'react';
import {Button, type ButtonProps} from './Button';
import {joinClasses} from './joinClasses';
import styles from './Menu.module.css';

/** One entry of a menu; `detail` is a count or an explanation, `keys` its key. */
export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string | undefined;
  readonly keys?: string | undefined;
  readonly icon?: ReactNode;
  readonly disabled?: boolean | undefined;
  /** Draws a line above. */
  readonly separated?: boolean | undefined;
  readonly onChoose: () => void;
}

/** Props of {@link Menu}: those of its button, and the entries. */
export interface MenuProps extends Omit<ButtonProps, 'onClick'> {
  /** The entries, or how to make them when the menu opens. */
  readonly items: readonly MenuItem[] | (() => readonly MenuItem[]);
  readonly align?: 'left' | 'right';
  /** Name of the popup for screen readers. */
  readonly menuLabel: string;
}

/** A button with a popup menu after the ARIA pattern. */
export function Menu({items, align = 'left', menuLabel, ...button}: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLSpanElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const entries = () => [
    ...(popup.current?.querySelectorAll<HTMLButtonElement>('[role="menuitem"]:enabled') ?? []),
  ];

  useEffect(() => {
    if (!open) return;
    entries()[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector<HTMLButtonElement>('[aria-haspopup]')?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    // keys pressed in a menu are its own
    event.stopPropagation();
    const all = entries();
    const here = all.findIndex((entry) => entry === document.activeElement);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: all.length - 1,
    };
    const to = target[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.key === 'Tab') setOpen(false);
  };

  return (
    <span ref={root} className={styles.root} onKeyDown={onKeyDown}>
      <Button
        {...button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div
          ref={popup}
          id={id}
          role="menu"
          aria-label={menuLabel}
          className={joinClasses(styles.popup, align === 'right' && styles.right)}
        >
          {(typeof items === 'function' ? items() : items).map((item) => (
            <button
              key={item.id}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={item.disabled}
              className={joinClasses(styles.item, item.separated === true && styles.separated)}
              onClick={() => {
                close();
                item.onChoose();
              }}
            >
              {item.icon}
              <span className={styles.label}>{item.label}</span>
              {item.detail !== undefined && <span className={styles.detail}>{item.detail}</span>}
              {item.keys !== undefined && <kbd className={styles.keys}>{item.keys}</kbd>}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
