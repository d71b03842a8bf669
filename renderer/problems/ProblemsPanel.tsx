import {ChevronDown, ChevronRight, CircleX, TriangleAlert} from 'lucide-react';
import {useEffect, useMemo, useState} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {fileOfLine, isOfCodelists, type Problem, type QuickFix} from '../../shared/problem';
import {TreeList} from '../lists/TreeList';
import {flipped, useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {draftWords, viewOfProblem} from '../state/drafts';
import {actionNamed} from '../state/selectors';
import {errorCount} from '../state/sides';
import {Button} from '../ui/Button';
import {FilterBar} from '../ui/FilterBar';
import {CodeText} from '../ui/CodeText';
import {Name} from '../ui/Name';
import {EmptyState} from '../ui/Section';
import {FixDialog} from '../project/FixDialog';
import {ProblemDetails} from './ProblemDetails';
import {
  headingsOver,
  keyOf,
  problemRows,
  problemsLeft,
  stepProblem,
  type ProblemRow,
} from './problemRows';
import styles from './ProblemsPanel.module.css';

const NONE: readonly never[] = [];

/** What is wrong with project.yaml and the codelists, errors first, like ones together; a row shows its place in the file. */
export function ProblemsPanel() {
  const desk = useDesk();
  const problems = useDeskState((state) => state.study?.reading.problems ?? NONE);
  const hasStudy = useDeskState((state) => state.study !== null);
  const errorsFound = useDeskState(errorCount);
  const edited = useDeskState(draftWords);
  const [text, setText] = useState('');
  const [errors, setErrors] = useState(true);
  const [warnings, setWarnings] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [currentKey, setCurrentKey] = useState<string | null>(null);
  const [fix, setFix] = useState<{readonly fix: QuickFix; readonly file: string} | null>(null);
  const left = useMemo(
    () => problemsLeft(problems, {text, errors, warnings}),
    [problems, text, errors, warnings],
  );
  const rows = useMemo(() => problemRows(left, open), [left, open]);
  const current = left.find((problem) => keyOf(problem) === currentKey) ?? null;

  const show = (problem: Problem) => {
    setCurrentKey(keyOf(problem));
    setOpen((before) => new Set([...before, ...headingsOver(problem)]));
    const {action} = problem;
    const state = desk.store.getState();
    if (action !== null && actionNamed(state, action) !== undefined) {
      selectAction(desk.store, action);
    }
    desk.store.setState({centre: viewOfProblem(problem)});
  };
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if (event.key !== 'F8') return;
      const problem = stepProblem(left, current, event.shiftKey ? -1 : 1);
      if (problem === null) return;
      event.preventDefault();
      // The window's own F8 knows lines only, and opens this panel where it is closed.
      event.stopImmediatePropagation();
      show(problem);
    };
    window.addEventListener('keydown', step, {capture: true});
    return () => window.removeEventListener('keydown', step, {capture: true});
  });

  if (problems.length === 0) {
    return (
      <EmptyState
        title={
          hasStudy
            ? edited === null
              ? 'No problems'
              : 'No problems in the file on disk'
            : 'No study is open'
        }
      >
        {hasStudy
          ? (edited ?? 'project.yaml is read again whenever it changes.')
          : 'Problems in its project.yaml will be listed here.'}
      </EmptyState>
    );
  }
  return (
    <div className={styles.panel}>
      <FilterBar
        label="Filter problems"
        placeholder="Filter by words, action or rule"
        text={text}
        onText={setText}
      >
        <Button look="quiet" aria-pressed={errors} onClick={() => setErrors(!errors)}>
          {formatPlural(errorsFound, 'error')}
        </Button>
        <Button look="quiet" aria-pressed={warnings} onClick={() => setWarnings(!warnings)}>
          {formatPlural(problems.length - errorsFound, 'warning')}
        </Button>
        {edited !== null && <span className={styles.shown}>In the file on disk. {edited}</span>}
        {left.length < problems.length && (
          <span className={styles.shown} role="status">
            Showing {formatCount(left.length)} of {formatCount(problems.length)}
          </span>
        )}
      </FilterBar>
      <div className={styles.list}>
        <TreeList
          label="Problems"
          flat
          rows={rows}
          selectedKey={currentKey}
          onSelect={(row) => row.kind === 'problem' && show(row.problem)}
          onOpen={(row) => row.kind === 'problem' && show(row.problem)}
          onToggle={({key}) => setOpen(flipped(open, key))}
          renderRow={(row) =>
            row.kind === 'cause' ? <CauseRow row={row} /> : <OneRow row={row} />
          }
        />
      </div>
      {current !== null && (
        <ProblemDetails
          problem={current}
          onFix={(chosen) => setFix({fix: chosen, file: fileOfLine(current)})}
        />
      )}
      {fix !== null && <FixDialog {...fix} onClose={() => setFix(null)} />}
    </div>
  );
}

type RowOf<Kind extends ProblemRow['kind']> = Extract<ProblemRow, {readonly kind: Kind}>;

/** Several problems of one cause: what they say, in how many actions. */
function CauseRow({row}: {readonly row: RowOf<'cause'>}) {
  const {first, words, count, actions, expanded} = row;
  const Chevron = expanded === true ? ChevronDown : ChevronRight;
  return (
    <span className={styles.row}>
      <Chevron size={14} className={styles.chevron} />
      <SeverityIcon severity={first.severity} />
      <span className={styles.message} data-tip={words.replaceAll('`', '')}>
        <CodeText text={words} />
      </span>
      <span className={styles.count}>
        {actions > 1 ? formatPlural(actions, 'action') : formatPlural(count, 'place')}
      </span>
      <span className={styles.rule}>{first.rule}</span>
    </span>
  );
}

function OneRow({row}: {readonly row: RowOf<'problem'>}) {
  const {problem, level, inGroup} = row;
  return (
    <span className={styles.row} data-level={level}>
      <SeverityIcon severity={problem.severity} />
      <span className={styles.message} data-tip={problem.message.replaceAll('`', '')}>
        {inGroup && problem.action !== null ? (
          <Name name={problem.action} />
        ) : (
          <CodeText text={problem.message} />
        )}
      </span>
      <span className={styles.rule}>{problem.rule}</span>
      <span className={styles.place}>{placeWords(problem)}</span>
    </span>
  );
}

/** The place of a problem, with the name of its file where that is not project.yaml. */
function placeWords(problem: Problem): string {
  const {line, column, place} = problem;
  if (!isOfCodelists(problem)) return `${line}:${column}`;
  const name = fileOfLine(problem).split('/').at(-1) ?? '';
  return place?.line === null ? name : `${name}:${line}`;
}

function SeverityIcon({severity}: {readonly severity: 'error' | 'warning'}) {
  const Icon = severity === 'error' ? CircleX : TriangleAlert;
  return (
    <>
      <Icon size={14} className={styles.icon} data-severity={severity} />
      <span className="visually-hidden">{severity === 'error' ? 'Error' : 'Warning'}:</span>
    </>
  );
}
