import {useMemo} from 'react';
import {marksOf} from './logFinds';
import styles from './LogPanel.module.css';

/** Rows of marks that can be told apart beside the scrollbar. */
const ROWS = 400;

/** Where in the log something was found, beside its scrollbar; a click goes to the nearest place. */
export function LogMarks(props: {
  readonly lines: readonly number[];
  readonly totalLines: number;
  readonly onGoTo: (line: number) => void;
}) {
  const {lines, totalLines, onGoTo} = props;
  const marks = useMemo(() => marksOf(lines, totalLines, ROWS), [lines, totalLines]);
  if (marks.length === 0) return null;
  return (
    <div
      className={styles.marks}
      aria-hidden="true"
      onClick={({clientY, currentTarget}) => {
        const box = currentTarget.getBoundingClientRect();
        const wanted = ((clientY - box.top) / box.height) * totalLines;
        const nearest = lines.reduce((best, line) =>
          Math.abs(line - wanted) < Math.abs(best - wanted) ? line : best,
        );
        onGoTo(nearest);
      }}
    >
      {marks.map((share) => (
        <i key={share} style={{top: `${share * 100}%`}} />
      ))}
    </div>
  );
}
