import {useState} from 'react';
import type {StudyFinding} from '../../shared/check';
import {formatWhen} from '../../shared/format';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {remember} from '../state/selectors';
import {runChecks, unwaive} from '../state/releaseChecks';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {ALL_FINDINGS, checkRows, type CheckRow} from '../state/checkRows';
import {FindingDetails} from './FindingDetails';
import {WaiveDialog} from './WaiveDialog';
import styles from './Checks.module.css';

const NO_FINDINGS: readonly StudyFinding[] = [];

/** What the last checks found in a file; the same array for the same checks and file. */
export const findingsOf = ({checked}: DeskState, path: string) => findingsIn(checked, path);

const findingsIn = remember(
  (report: DeskState['checked'], path: string) =>
    report?.findings.filter((finding) => finding.path === path) ?? NO_FINDINGS,
);

/** Each finding in the file that is read, with what can be done about it. */
export function FileFindings({path}: {readonly path: string}) {
  const desk = useDesk();
  const now = useNow(60_000);
  const findings = useDeskState((state) => findingsOf(state, path));
  const report = useDeskState((state) => state.checked);
  const looked = findings.length > 0 || report?.files.some((file) => file.path === path) === true;
  const [waiving, setWaiving] = useState<CheckRow | null>(null);
  if (report === null || !looked)
    return (
      <EmptyState
        title={report === null ? 'Not checked yet' : 'Not among the files checked'}
        action={<Button onClick={() => void runChecks(desk)}>Check outputs</Button>}
      >
        The checks look at moderately sensitive outputs, for what an output checker would query.
      </EmptyState>
    );
  const rows = checkRows(findings, ALL_FINDINGS);
  return (
    <div className={styles.ofFile}>
      {rows.length === 0 && (
        <EmptyState title="No findings">Output checkers decide what may be released.</EmptyState>
      )}
      {rows.map((row) => (
        <FindingDetails
          key={row.key}
          row={row}
          onWaive={() => setWaiving(row)}
          onUnwaive={(waiver) => void unwaive(desk, waiver)}
        />
      ))}
      <p className={styles.dim}>Checked {formatWhen(report.checkedAt, now)}.</p>
      {waiving !== null && <WaiveDialog row={waiving} onClose={() => setWaiving(null)} />}
    </div>
  );
}
