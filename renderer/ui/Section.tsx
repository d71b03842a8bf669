import type {ReactNode} from 'react';
import styles from './Section.module.css';

/** A part of a panel under its upper-case label; `count` stands at the right. */
export function Section(props: {
  readonly label: string;
  readonly count?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.section} aria-label={props.label}>
      <h3 className={styles.label}>
        {props.label}
        {props.count !== undefined && <span className={styles.count}>{props.count}</span>}
      </h3>
      {props.children}
    </section>
  );
}

/** An empty place: what will be here, and the one thing to do. */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{props.title}</p>
      {props.children !== undefined && <p className={styles.emptyText}>{props.children}</p>}
      {props.action}
    </div>
  );
}

/** A coloured box that says something about what stands below it. */
export function Callout(props: {
  readonly tone: 'stale' | 'fail' | 'accent' | 'ok' | 'plain';
  readonly children: ReactNode;
  readonly live?: boolean;
}) {
  return (
    <div
      className={styles.callout}
      data-tone={props.tone}
      role={props.live === true ? 'status' : undefined}
    >
      {props.children}
    </div>
  );
}

/** Progress of long work; without a total it only says that something goes on. */
export function Progress(props: {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
}) {
  const {label, done, total} = props;
  const share = total === null || total <= 0 ? {} : {max: total, value: Math.min(done, total)};
  return <progress className={styles.progress} aria-label={label} {...share} />;
}
