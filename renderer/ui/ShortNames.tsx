import {visibleText} from '../../shared/visibleText';
import {fitMiddle} from './textWidth';
import styles from './ShortNames.module.css';

/** Letters of a name's end that always stay readable. */
const TAIL = 8;

/**
 * A name shortened in its middle, to `width` pixels where the room is known (semi-bold), else to
 * whatever room there is. The whole name belongs in the tooltip of its owner.
 */
export function MiddleName(props: {readonly name: string; readonly width?: number}) {
  const {width} = props;
  const name = visibleText(props.name);
  if (width !== undefined) return <span className={styles.fitted}>{fitMiddle(name, width)}</span>;
  const cut = name.length > TAIL * 2 ? name.length - TAIL : name.length;
  return (
    <span className={styles.name}>
      <span className={styles.head}>{name.slice(0, cut)}</span>
      {cut < name.length && <span className={styles.tail}>{name.slice(cut)}</span>}
    </span>
  );
}

/** A name shortened in its middle to the room there is, and read out whole. */
export function SpokenName({name}: {readonly name: string}) {
  return (
    <>
      <span className="visually-hidden">{visibleText(name)}</span>
      <span aria-hidden="true">
        <MiddleName name={name} />
      </span>
    </>
  );
}

/** A path that gives up its folders first, so that the file's name stays readable. */
export function PathName(props: {readonly path: string}) {
  const path = visibleText(props.path);
  const cut = path.lastIndexOf('/') + 1;
  return (
    <>
      <span className="visually-hidden">{path}</span>
      <span className={styles.path} aria-hidden="true">
        {cut > 0 && <span className={styles.folder}>{path.slice(0, cut)}</span>}
        <span className={styles.file}>{path.slice(cut)}</span>
      </span>
    </>
  );
}
