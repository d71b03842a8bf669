import {Fragment} from 'react';
import {formatCount} from '../../shared/format';
import type {NodeName as Lines} from './nodeNames';
import styles from './GraphNodes.module.css';

/** A node's name, near by and seen from far, with the number of actions behind that of a group. */
export function NodeName({
  name,
  count = null,
}: {
  readonly name: Lines;
  readonly count?: number | null;
}) {
  const times = count !== null && <span className={styles.times}>× {formatCount(count)}</span>;
  return (
    <>
      <span className={styles.name}>
        <Broken lines={name.near} />
        {times}
      </span>
      <span className={styles.farName}>
        <Broken lines={name.far} />
        {times}
      </span>
    </>
  );
}

function Broken({lines}: {readonly lines: readonly string[]}) {
  return lines.map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {line}
    </Fragment>
  ));
}
