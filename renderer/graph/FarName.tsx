import {Fragment} from 'react';
import {farLines} from './farLines';
import styles from './GraphNodes.module.css';

/** A node's name as it is seen from far; `taken` is the room that something behind it needs, in pixels. */
export function FarName({name, taken = 0}: {readonly name: string; readonly taken?: number}) {
  return (
    <span className={styles.farName}>
      {farLines(name, taken).map((line, index) => (
        <Fragment key={index}>
          {index > 0 && <br />}
          {line}
        </Fragment>
      ))}
    </span>
  );
}
