import {useRef} from 'react';
import {visibleText} from '../../shared/visibleText';
import {fitMiddle} from './textWidth';
import {useWidth} from './useWidth';
import styles from './ShortNames.module.css';

/**
 * A name shortened in its middle, to `width` pixels where the room is known (semi-bold), else to
 * whatever room there is. The whole name belongs in the tooltip of its owner.
 */
export function MiddleName(props: {readonly name: string; readonly width?: number}) {
  const {width} = props;
  const name = visibleText(props.name);
  if (width === undefined) return <FittedName name={name} />;
  return <span className={styles.fitted}>{fitMiddle(name, width)}</span>;
}

/** Measured, as an ellipsis of the browser's own in the middle would leave a gap behind it. */
function FittedName({name}: {readonly name: string}) {
  const place = useRef<HTMLSpanElement>(null);
  const width = useWidth(place, null);
  return (
    <span ref={place} className={styles.name}>
      {width === null ? name : fitMiddle(name, width, 'row')}
    </span>
  );
}

/** A name by what stands for it, else shortened in its middle to the room there is; read out whole. */
export function SpokenName(props: {readonly name: string; readonly label?: string | undefined}) {
  const {name, label} = props;
  return (
    <>
      <span className="visually-hidden">{visibleText(name)}</span>
      <span aria-hidden="true">
        {label === undefined ? <MiddleName name={name} /> : visibleText(label)}
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
        {cut > 0 && (
          <span className={styles.folder}>
            <bdi dir="ltr">{path.slice(0, cut)}</bdi>
          </span>
        )}
        <span className={styles.file}>{path.slice(cut)}</span>
      </span>
    </>
  );
}
