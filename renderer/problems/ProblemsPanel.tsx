import {CircleX, TriangleAlert} from 'lucide-react';
import {useEffect, useMemo, useState} from 'react';
import {formatCount} from '../../shared/format';
import type {QuickFix} from '../../shared/problem';
import {TreeList} from '../lists/TreeList';
import {selectAction, useDesk, useDeskState} from '../state/deskStore';
import {actionNamed} from '../state/selectors';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {EmptyState} from '../ui/Section';
import {FixDialog} from './FixDialog';
import {ProblemDetails} from './ProblemDetails';
import {problemRows, stepRow, type ProblemRow} from './problemRows';
import styles from './ProblemsPanel.module.css';

const NONE: readonly never[] = [];

/** What is wrong with project.yaml, by line; a row shows its place in the file. */
export function ProblemsPanel() {
  const desk = useDesk();
  const problems = useDeskState((state) => state.study?.reading.problems ?? NONE);
  const hasStudy = useDeskState((state) => state.study !== null);
  const [text, setText] = useState('');
  const [errors, setErrors] = useState(true);
  const [warnings, setWarnings] = useState(true);
  const [currentKey, setCurrentKey] = useState<string | null>(null);
  const [fix, setFix] = useState<QuickFix | null>(null);
  const rows = useMemo(
    () => problemRows(problems, {text, errors, warnings}),
    [problems, text, errors, warnings],
  );
  const current = rows.find(({key}) => key === currentKey) ?? null;

  const show = (row: ProblemRow) => {
    setCurrentKey(row.key);
    const {action, line} = row.problem;
    const state = desk.store.getState();
    if (action !== null && actionNamed(state, action) !== undefined) {
      selectAction(desk.store, action);
    }
    desk.store.setState({centre: {kind: 'project-file', line}});
  };
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if (event.key !== 'F8') return;
      const row = stepRow(rows, currentKey, event.shiftKey ? -1 : 1);
      if (row === null) return;
      event.preventDefault();
      // The window's own F8 knows lines only, and opens this panel where it is closed.
      event.stopImmediatePropagation();
      show(row);
    };
    window.addEventListener('keydown', step, {capture: true});
    return () => window.removeEventListener('keydown', step, {capture: true});
  });

  if (problems.length === 0) {
    return (
      <EmptyState title={hasStudy ? 'No problems' : 'No study is open'}>
        {hasStudy
          ? 'project.yaml is read again whenever it changes.'
          : 'The problems of its project.yaml will be here.'}
      </EmptyState>
    );
  }
  const errorCount = problems.filter(({severity}) => severity === 'error').length;
  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <input
          type="search"
          aria-label="Filter problems"
          placeholder="Filter by words, action or rule"
          className={styles.filter}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button look="quiet" aria-pressed={errors} onClick={() => setErrors(!errors)}>
          {formatCount(errorCount)} {errorCount === 1 ? 'error' : 'errors'}
        </Button>
        <Button look="quiet" aria-pressed={warnings} onClick={() => setWarnings(!warnings)}>
          {formatCount(problems.length - errorCount)}{' '}
          {problems.length - errorCount === 1 ? 'warning' : 'warnings'}
        </Button>
        {rows.length < problems.length && (
          <span className={styles.shown} role="status">
            Showing {formatCount(rows.length)} of {formatCount(problems.length)}
          </span>
        )}
      </div>
      <div className={styles.list}>
        <TreeList
          label="Problems"
          flat
          rows={rows}
          selectedKey={currentKey}
          onSelect={show}
          onOpen={show}
          onToggle={() => undefined}
          renderRow={({problem}) => (
            <span className={styles.row}>
              <SeverityIcon severity={problem.severity} />
              <span className={styles.message}>
                <CodeText text={problem.message} />
              </span>
              <span className={styles.rule}>{problem.rule}</span>
              <span className={styles.place}>
                {problem.line}:{problem.column}
              </span>
            </span>
          )}
        />
      </div>
      {current !== null && <ProblemDetails problem={current.problem} onFix={setFix} />}
      {fix !== null && <FixDialog fix={fix} onClose={() => setFix(null)} />}
    </div>
  );
}

function SeverityIcon({severity}: {readonly severity: 'error' | 'warning'}) {
  const Icon = severity === 'error' ? CircleX : TriangleAlert;
  return (
    <>
      <Icon size={14} aria-hidden="true" className={styles.icon} data-severity={severity} />
      <span className="visually-hidden">{severity === 'error' ? 'Error' : 'Warning'}:</span>
    </>
  );
}
