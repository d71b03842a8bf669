import {useMemo} from 'react';
import {LEVEL_LABELS, levelWords, type CheckLevel} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount, formatPlural, formatWhen} from '../../shared/format';
import {baseName} from '../../shared/outputPath';
import {TreeList} from '../lists/TreeList';
import {flipped, useDesk, useDeskState} from '../state/deskStore';
import {runChecks, showFinding, stopChecks} from '../state/releaseChecks';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {FilterBar} from '../ui/FilterBar';
import {Name} from '../ui/Name';
import {EmptyState, Progress} from '../ui/Section';
import {CircleHelp, Info, Search} from 'lucide-react';
import {checkRows, levelCounts, LEVELS, placeWords, type CheckFilter} from '../state/checkRows';
import styles from './Checks.module.css';

/** What an output checker would ask about the moderately sensitive outputs; a row shows its cell. */
export function ChecksPanel() {
  const desk = useDesk();
  const report = useDeskState((state) => state.checked);
  const progress = useDeskState((state) => state.checkProgress);
  const filter = useDeskState((state) => state.checkFilter);
  const {text, levels} = filter;
  const narrow = (change: Partial<CheckFilter>) =>
    desk.store.setState({checkFilter: {...filter, ...change}});
  const shownKey = useDeskState((state) => state.shownFinding);
  const findings = report?.findings;
  const rows = useMemo(() => checkRows(findings ?? [], filter), [findings, filter]);

  if (report === null)
    return progress === null ? (
      <NotChecked />
    ) : (
      <UnderWay done={progress.done} total={progress.total} />
    );
  const counts = levelCounts(report.findings);
  const shown = rows.reduce((sum, {all}) => sum + all.length, 0);
  return (
    <div className={styles.panel}>
      <FilterBar
        label="Filter findings"
        placeholder="Filter by file, column or rule"
        text={text}
        onText={(next) => narrow({text: next})}
      >
        {LEVELS.map((level) => (
          <Button
            key={level}
            look="quiet"
            aria-pressed={levels.has(level)}
            onClick={() => narrow({levels: flipped(levels, level)})}
          >
            {levelWords(level, counts[level])}
          </Button>
        ))}
        {shown < report.findings.length && (
          <span className={styles.shown} role="status">
            Showing {formatCount(shown)} of {formatCount(report.findings.length)}
          </span>
        )}
        <span className={styles.tools}>
          {progress === null ? (
            <Checked />
          ) : (
            <UnderWay done={progress.done} total={progress.total} small />
          )}
          <Button onClick={() => desk.store.setState({centre: {kind: 'rehearsal'}})}>
            Rehearse the release…
          </Button>
        </span>
      </FilterBar>
      <div className={styles.list}>
        {rows.length === 0 ? (
          <EmptyState title={report.findings.length === 0 ? 'No findings' : 'No matches'}>
            {report.findings.length === 0
              ? `${formatPlural(report.files.length, 'file')} checked. Output checkers decide what may be released.`
              : 'No finding matches the filter.'}
          </EmptyState>
        ) : (
          <TreeList
            label="Findings"
            flat
            rows={rows}
            selectedKey={shownKey}
            onSelect={(row) => showFinding(desk, row.first, row.key)}
            onToggle={() => undefined}
            renderRow={(row) => (
              <span className={styles.row}>
                <LevelIcon level={row.first.level} />
                <span className={styles.title}>{DISCLOSURE_RULES[row.first.rule].title}</span>
                <span className={styles.message} data-tip={row.first.message.replaceAll('`', '')}>
                  <CodeText text={row.first.message} />
                </span>
                {row.first.waiver !== null && <span className={styles.waived}>Waived</span>}
                <span className={styles.place}>{placeWords(row)}</span>
                <span className={styles.file} data-tip={row.first.path}>
                  <Name name={baseName(row.first.path)} />
                </span>
              </span>
            )}
          />
        )}
      </div>
    </div>
  );
}

function NotChecked() {
  const desk = useDesk();
  const hasStudy = useDeskState((state) => state.study !== null);
  return (
    <EmptyState
      title="Not checked yet"
      action={
        hasStudy && (
          <Button look="primary" onClick={() => void runChecks(desk)}>
            Check outputs
          </Button>
        )
      }
    >
      Looks in the moderately sensitive outputs for what an output checker would query: small or
      unrounded counts, totals, identifiers, dates, figures without counts.
    </EmptyState>
  );
}

function UnderWay(props: {
  readonly done: number;
  readonly total: number;
  readonly small?: boolean;
}) {
  const {done, total, small = false} = props;
  const desk = useDesk();
  return (
    <span className={small ? styles.progress : styles.progressAlone}>
      <span className={styles.dim}>
        {total === 0
          ? 'Checking…'
          : `Checking ${formatCount(done)} of ${formatPlural(total, 'file')}`}
      </span>
      <Progress label="Checks before release" done={done} total={total === 0 ? null : total} />
      <Button onClick={() => stopChecks(desk)}>Stop</Button>
    </span>
  );
}

/** When the checks were made, and whether outputs have been made since. */
function Checked() {
  const desk = useDesk();
  const now = useNow(60_000);
  const report = useDeskState((state) => state.checked);
  const changed = useDeskState(
    ({outputs, checked}) =>
      outputs?.outputs.some(
        ({tier, producedAt}) =>
          tier === 'moderately_sensitive' && producedAt > (checked?.checkedAt ?? ''),
      ) === true,
  );
  if (report === null) return null;
  return (
    <>
      <span className={changed ? styles.stale : styles.dim}>
        {changed
          ? 'Outputs have changed since this check'
          : `${formatPlural(report.files.length, 'file')}, ${formatWhen(report.checkedAt, now)}, rules of ${report.rulesVersion}`}
      </span>
      <Button onClick={() => void runChecks(desk)}>Check again</Button>
    </>
  );
}

const ICONS = {question: CircleHelp, check: Search, info: Info} as const;

/** The mark of a level: a shape of its own, with its word. */
function LevelIcon({level}: {readonly level: CheckLevel}) {
  const Icon = ICONS[level];
  return (
    <>
      <Icon size={14} className={styles.icon} data-level={level} />
      <span className="visually-hidden">{LEVEL_LABELS[level]}:</span>
    </>
  );
}
