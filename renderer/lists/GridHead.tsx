import {useRef, type MouseEvent, type PointerEvent} from 'react';
import {visibleText} from '../../shared/visibleText';
import type {DrawnColumn} from './GridRow';
import styles from './GridTable.module.css';

/** A column can't be made narrower, in pixels. */
const NARROWEST = 40;

/** The names of a grid's columns: a click sorts, the right edge resizes, a double click on it fits. */
export function GridHead(props: {
  readonly drawn: readonly DrawnColumn[];
  readonly width: number;
  readonly numberWidth: number;
  readonly onSort: ((column: number) => void) | undefined;
  /** Sets a column's width in pixels; null fits it to what it holds. */
  readonly onResize: ((column: number, width: number | null) => void) | undefined;
  readonly onMenu: (event: MouseEvent, column: number) => void;
}) {
  const {drawn, width, numberWidth, onSort, onResize, onMenu} = props;
  return (
    <div role="row" aria-rowindex={1} className={styles.head} style={{width}}>
      <span
        role="columnheader"
        aria-colindex={1}
        className={styles.corner}
        style={{width: numberWidth}}
      >
        <span className="visually-hidden">Row</span>
      </span>
      {drawn.map(({index, column, left, frozen}) => (
        <span
          key={column.id}
          role="columnheader"
          aria-colindex={index + 2}
          aria-sort={column.sort}
          className={styles.cell}
          data-frozen={frozen}
          data-numeric={column.numeric}
          data-sort={column.sort}
          data-tip={column.tip ?? column.name}
          style={{left, width: column.width}}
          onClick={() => onSort?.(column.id)}
          onContextMenu={(event) => onMenu(event, index)}
        >
          {visibleText(column.name)}
          {onResize !== undefined && (
            <ResizeEdge width={column.width} onResize={(to) => onResize(column.id, to)} />
          )}
        </span>
      ))}
    </div>
  );
}

function ResizeEdge(props: {
  readonly width: number;
  readonly onResize: (width: number | null) => void;
}) {
  const from = useRef<{readonly x: number; readonly width: number} | null>(null);
  return (
    <span
      className={styles.edge}
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => {
        event.stopPropagation();
        props.onResize(null);
      }}
      onPointerDown={(event: PointerEvent) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = {x: event.clientX, width: props.width};
      }}
      onPointerMove={(event: PointerEvent) => {
        if (from.current === null) return;
        const wanted = from.current.width + event.clientX - from.current.x;
        props.onResize(Math.max(NARROWEST, Math.round(wanted)));
      }}
      onPointerUp={() => {
        from.current = null;
      }}
    />
  );
}
