import {fitMiddle} from './fitMiddle';
import styles from './MiddleName.module.css';

/** Letters of a name's end that always stay readable. */
const TAIL = 8;

/**
 * A name shortened in its middle, to `width` pixels where the room is known (semi-bold), else to
 * whatever room there is. The whole name belongs in the tooltip of its owner.
 */
export function MiddleName({name, width}: {readonly name: string; readonly width?: number}) {
  if (width !== undefined) return <span className={styles.fitted}>{fitMiddle(name, width)}</span>;
  const cut = name.length > TAIL * 2 ? name.length - TAIL : name.length;
  return (
    <span className={styles.name}>
      <span className={styles.head}>{name.slice(0, cut)}</span>
      {cut < name.length && <span className={styles.tail}>{name.slice(cut)}</span>}
    </span>
  );
}
