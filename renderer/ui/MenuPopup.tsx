import {useEffect, useRef, type KeyboardEvent, type ReactNode} from 'react';
import {Floating, type FloatingProps} from './Floating';
import {joinClasses} from './joinClasses';
import {WordsAndName} from './Name';
import styles from './Menu.module.css';

/** One entry of a menu; `detail` is a count or an explanation, `keys` its key. */
export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** The name that the label ends in, which may be cut. */
  readonly name?: string | undefined;
  /** What the label leaves out. */
  readonly tip?: string | undefined;
  readonly detail?: string | undefined;
  readonly keys?: string | undefined;
  readonly icon?: ReactNode;
  readonly disabled?: boolean | undefined;
  /** Draws a line above. */
  readonly separated?: boolean | undefined;
  readonly onChoose: () => void;
}

/** Props of {@link MenuPopup}. */
export interface MenuPopupProps extends Pick<FloatingProps, 'anchor' | 'placement' | 'id'> {
  /** Name of the menu for screen readers. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Closes the menu; `refocus` where the keyboard goes back to what opened it. */
  readonly onClose: (refocus: boolean) => void;
}

/** An open menu after the ARIA pattern: arrows, Home, End and first letters walk, Enter chooses, Escape and Tab leave. */
export function MenuPopup({label, items, onClose, ...place}: MenuPopupProps) {
  const popup = useRef<HTMLDivElement>(null);
  const entries = () => [
    ...(popup.current?.querySelectorAll<HTMLButtonElement>('[role="menuitem"]:enabled') ?? []),
  ];

  useEffect(() => {
    (entries()[0] ?? popup.current)?.focus();
  }, []);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const {target} = event;
      if (!(target instanceof Element) || popup.current?.contains(target) === true) return;
      // the button that opened it closes it by itself
      if (place.id !== undefined && target.closest(`[aria-controls="${place.id}"]`) !== null)
        return;
      onClose(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [onClose, place.id]);

  const onKeyDown = (event: KeyboardEvent) => {
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
    const lettered = /^[\p{L}\p{N}]$/u.test(event.key)
      ? [...all.keys()]
          .map((step) => (here + 1 + step) % all.length)
          .find((at) => all[at]?.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))
      : undefined;
    const to = target[event.key] ?? lettered;
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onClose(true);
    } else if (event.key === 'Tab') onClose(true);
  };

  return (
    <Floating
      {...place}
      ref={popup}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      className={styles.popup}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          disabled={item.disabled}
          data-tip={item.tip}
          className={joinClasses(styles.item, item.separated === true && styles.separated)}
          onClick={(event) => {
            // a menu inside of what it speaks of: the click is not meant for that
            event.stopPropagation();
            onClose(true);
            item.onChoose();
          }}
        >
          {item.icon}
          <span className={styles.label}>
            <WordsAndName words={item.label} name={item.name} />
          </span>
          {item.detail !== undefined && <span className={styles.detail}>{item.detail}</span>}
          {item.keys !== undefined && <kbd className={styles.keys}>{item.keys}</kbd>}
        </button>
      ))}
    </Floating>
  );
}
