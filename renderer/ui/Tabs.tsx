import {useRef, type KeyboardEvent, type ReactNode} from 'react';
import {joinClasses} from './joinClasses';
import {Name} from './Name';
import styles from './Tabs.module.css';

/** One tab: `count` is shown small behind its words, `tip` and `keys` in its tooltip; `name` is cut where it does not fit. */
export interface TabItem<T extends string> {
  readonly id: T;
  readonly label: string;
  readonly count?: ReactNode;
  readonly tip?: string;
  readonly keys?: string;
  /** What it is about, behind its label. */
  readonly name?: string | undefined;
  /** Can't be chosen now; its tooltip says when it can. */
  readonly isDisabled?: boolean;
}

/** A row of tabs, or a column at the side of what they show, after the ARIA pattern: arrows move, Tab leaves. */
export function Tabs<T extends string>(props: {
  readonly label: string;
  readonly items: readonly TabItem<T>[];
  /** Null when what is shown belongs to none of them. */
  readonly selected: T | null;
  readonly onSelect: (id: T) => void;
  readonly panelId: string;
  readonly look?: 'line' | 'boxed' | 'small' | 'side';
}) {
  const {label, items, selected, onSelect, panelId, look = 'line'} = props;
  const row = useRef<HTMLDivElement>(null);

  const move = (event: KeyboardEvent) => {
    const usable = items.filter(({isDisabled}) => isDisabled !== true);
    const here = usable.findIndex((item) => item.id === selected);
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    const to =
      event.key === 'Home' ? 0 : event.key === 'End' ? usable.length - 1 : step && here + step;
    const next = to === undefined ? undefined : usable[(to + usable.length) % usable.length];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.id);
    row.current?.querySelector<HTMLButtonElement>(`[data-tab="${next.id}"]`)?.focus();
  };

  return (
    <div
      ref={row}
      role="tablist"
      aria-label={label}
      aria-orientation={look === 'side' ? 'vertical' : undefined}
      className={joinClasses(styles.row, styles[look])}
      onKeyDown={move}
    >
      {items.map((item, index) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          data-tab={item.id}
          data-tip={item.tip}
          data-keys={item.keys}
          data-shrinks={item.name !== undefined}
          aria-selected={item.id === selected}
          aria-disabled={item.isDisabled}
          aria-controls={panelId}
          tabIndex={item.id === selected || (selected === null && index === 0) ? 0 : -1}
          className={styles.tab}
          onClick={() => item.isDisabled !== true && onSelect(item.id)}
        >
          <span className={styles.label}>{item.label}</span>
          {item.name !== undefined && <Name name={item.name} />}
          {item.count !== undefined && <span className={styles.count}>{item.count}</span>}
        </button>
      ))}
    </div>
  );
}
