import {X} from 'lucide-react';
import type {TableColumn} from '../../../shared/table';
import {formatCount} from '../../../shared/format';
import {IconButton} from '../../ui/Button';
import styles from '../OutputViewer.module.css';

/** One cell in full, below the grid. */
export function CellDetail(props: {
  readonly column: TableColumn | undefined;
  /** Its row in the file, from 1. */
  readonly row: number;
  readonly value: string | null;
  readonly onClose: () => void;
}) {
  const {column, row, value} = props;
  const type = column?.type ?? null;
  return (
    <section className={styles.detail} aria-label="Cell">
      <p className={styles.detailHead}>
        <strong>{column?.name}</strong>
        <span>
          row {formatCount(row)}
          {type !== null && `, ${type}`}
        </span>
        <IconButton icon={<X />} label="Close the cell" onClick={props.onClose} />
      </p>
      <pre className={styles.detailText} tabIndex={0}>
        {value ?? <em>missing</em>}
        {value === '' && <em>empty</em>}
      </pre>
    </section>
  );
}
