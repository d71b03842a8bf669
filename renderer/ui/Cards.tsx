import type {ReactNode} from 'react';
import styles from './Cards.module.css';

/** A list of cards, one below the other. */
export function Cards({children}: {readonly children: ReactNode}) {
  return <ul className={styles.list}>{children}</ul>;
}

/** A card of such a list: its head, what is said of it, its buttons. */
export function Card(props: {
  readonly label: string;
  /** The one of them that is in use; none is where no card says so. */
  readonly chosen?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <li className={styles.card} aria-label={props.label} data-chosen={props.chosen}>
      {props.children}
    </li>
  );
}

/** The first line of a card: what it is, and what is to be known of it. */
export function CardHead({children}: {readonly children: ReactNode}) {
  return <p className={styles.head}>{children}</p>;
}

/** What can be done with a card. */
export function CardButtons({children}: {readonly children: ReactNode}) {
  return <div className={styles.buttons}>{children}</div>;
}
