import styles from './DiffLines.module.css';

const KINDS: Readonly<Record<string, string>> = {'+': 'added', '-': 'removed', '@': 'place'};
const MOST_LINES = 2000;

/** A unified diff, its sign kept so that colour is not alone; the two header lines are left out. */
export function DiffLines({diff}: {readonly diff: string}) {
  const lines = diff.split('\n').filter((line) => !/^(---|\+\+\+|===|Index)/.test(line));
  return (
    <pre className={styles.diff} tabIndex={0} aria-label="Changed lines">
      {lines.slice(0, MOST_LINES).map((line, index) => (
        <span key={index} data-kind={KINDS[line[0] ?? '']}>
          {line}
          {'\n'}
        </span>
      ))}
      {lines.length > MOST_LINES &&
        `${lines.length - MOST_LINES} more lines; open the file to see them.`}
    </pre>
  );
}
