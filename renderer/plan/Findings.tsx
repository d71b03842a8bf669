import {CircleCheck, OctagonX, TriangleAlert} from 'lucide-react';
import type {ReactNode} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {reach} from '../../shared/graph';
import type {RunFinding} from '../../shared/preview';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {remember} from '../state/selectors';
import {changeSettings} from '../state/settings';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import styles from './PlanTray.module.css';

const ICONS = {ok: CircleCheck, warning: TriangleAlert, block: OctagonX} as const;
const WORDS = {ok: 'Passed', warning: 'Warning', block: 'Stops the run'} as const;

/** The checks made before a run: what stops it first, then warnings; what is fine is only counted. */
export function Findings(props: {
  readonly findings: readonly RunFinding[];
  /** Takes actions out of the plan. */
  readonly onLeaveOut: (actions: readonly string[]) => void;
}) {
  const {findings, onLeaveOut} = props;
  const shown = [
    ...findings.filter((finding) => finding.level === 'block'),
    ...findings.filter((finding) => finding.level === 'warning'),
    ...findings.filter(isOffer),
  ];
  const fine = findings.filter((finding) => finding.level === 'ok' && !isOffer(finding));
  return (
    <ul className={styles.findings} aria-label="Checks before the run">
      {shown.map((finding) => (
        <FindingRow key={`${finding.check} ${finding.message}`} finding={finding}>
          {finding.level === 'block' && <LeaveOut check={finding.check} onLeaveOut={onLeaveOut} />}
          {finding.concurrency !== undefined && <Apply concurrency={finding.concurrency} />}
        </FindingRow>
      ))}
      {fine.length > 0 && (
        <li>
          <details className={styles.folded}>
            <summary>{formatPlural(fine.length, 'check')} passed</summary>
            <ul>
              {fine.map((finding) => (
                <FindingRow key={`${finding.check} ${finding.message}`} finding={finding} />
              ))}
            </ul>
          </details>
        </li>
      )}
    </ul>
  );
}

/** Fine as it is, and could be better. */
function isOffer({level, concurrency}: RunFinding): boolean {
  return level === 'ok' && concurrency !== undefined;
}

/** Takes a suggestion for this study. */
function Apply({concurrency}: {readonly concurrency: number}) {
  const desk = useDesk();
  return (
    <Button
      className={styles.leave}
      tip="For this study; change it in Settings"
      onClick={() => void changeSettings(desk, {concurrency}, 'study')}
    >
      Run {formatPlural(concurrency, 'job')} at a time
    </Button>
  );
}

/** The way on where only some jobs can't start: they and what needs them are left out, the rest runs. */
function LeaveOut(props: {
  readonly check: RunFinding['check'];
  readonly onLeaveOut: (actions: readonly string[]) => void;
}) {
  const {check, onLeaveOut} = props;
  const {stuck, others} = useDeskState((state) =>
    stuckJobs(state.plan.prepared, state.study, check),
  );
  const total = useDeskState((state) => state.plan.prepared?.plan.jobs.length ?? 0);
  if (stuck.length === 0) return null;
  if (stuck.length + others.length >= total) return null;
  const one = stuck.length === 1;
  const also =
    others.length === 0
      ? ''
      : ` and ${formatCount(others.length)} that ${others.length === 1 ? 'needs' : 'need'} ${one ? 'it' : 'them'}`;
  return (
    <Button
      className={styles.leave}
      tip={[...stuck, ...others].slice(0, 8).join(', ')}
      onClick={() => onLeaveOut([...stuck, ...others])}
    >
      Exclude {formatPlural(stuck.length, 'Stata job')}
      {also}
    </Button>
  );
}

/** The planned jobs that a check stops, and those that need them. */
interface StuckJobs {
  readonly stuck: readonly string[];
  readonly others: readonly string[];
}

const NONE_STUCK: StuckJobs = {stuck: [], others: []};

/** The jobs that can't start where a check stops some alone. */
const stuckJobs = remember(
  (
    prepared: DeskState['plan']['prepared'],
    study: DeskState['study'],
    check: RunFinding['check'],
  ): StuckJobs => {
    if (check !== 'stata-licence' || prepared === null || study === null) return NONE_STUCK;
    const planned = prepared.plan.jobs.map(({action}) => action);
    const actions = study.project?.actions ?? [];
    const stata = new Set(
      actions.filter(({run}) => run.imageName === 'stata-mp').map(({name}) => name),
    );
    const stuck = planned.filter((name) => stata.has(name));
    const all = reach(stuck, (name) => study.graph?.downstream.get(name));
    return {stuck, others: planned.filter((name) => all.has(name) && !stata.has(name))};
  },
);

function FindingRow(props: {readonly finding: RunFinding; readonly children?: ReactNode}) {
  const {finding, children} = props;
  const Icon = ICONS[finding.level];
  return (
    <li className={styles.finding} data-level={finding.level}>
      <Icon size={16} aria-label={WORDS[finding.level]} role="img" />
      <span>
        <CodeText text={finding.message} />
        {finding.hint !== null && (
          <span className={styles.hint}>
            {' '}
            <CodeText text={finding.hint} />
          </span>
        )}
        {children}
      </span>
    </li>
  );
}
