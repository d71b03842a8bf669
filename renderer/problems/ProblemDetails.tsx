import {SquarePen, Lightbulb} from 'lucide-react';
import {DEFINITION_RULES, isDefinitionRule} from '../../shared/definitionRules';
import {fileOfLine, isOfCodelists, type Problem, type QuickFix} from '../../shared/problem';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {openInEditorWords} from '../state/settings';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import styles from './ProblemsPanel.module.css';

/** A problem in full: what, why, what to do, and the fixes that are certain. */
export function ProblemDetails(props: {
  readonly problem: Problem;
  readonly onFix: (fix: QuickFix) => void;
}) {
  const {problem, onFix} = props;
  const desk = useDesk();
  const openWords = useDeskState(openInEditorWords);
  const place = problem.place ?? {file: 'project.yaml', line: problem.line};
  const link = isDefinitionRule(problem.rule) ? DEFINITION_RULES[problem.rule].link : null;
  const open = () => ask(desk, 'project:openInEditor', {path: place.file, line: place.line});
  return (
    <section className={styles.details} aria-label="Problem">
      <p className={styles.what}>
        <CodeText text={problem.message} />
      </p>
      {problem.hint !== null && (
        <p>
          <CodeText text={problem.hint} />
        </p>
      )}
      <div className={styles.fixes}>
        {problem.fixes.map((fix) => (
          <Button
            key={fix.title}
            icon={<Lightbulb />}
            tip="Previews the change first"
            onClick={() => onFix(fix)}
          >
            {fix.title.replaceAll('`', '')}…
          </Button>
        ))}
        <Button icon={<SquarePen />} onClick={() => void open()}>
          {openWords}
        </Button>
      </div>
      <p className={styles.why}>
        <CodeText text={problem.why} />
        {link !== null && (
          <>
            {' '}
            <a href={link} target="_blank" rel="noreferrer">
              Documentation
            </a>
          </>
        )}
      </p>
      <p className={styles.why}>
        {fileOfLine(problem) === 'project.yaml' ? 'Line' : `${fileOfLine(problem)}, line`}{' '}
        {problem.line}
        {problem.action !== null && `, ${problem.action}`}, rule {problem.rule}
        {problem.source === 'study-desk' &&
          !isOfCodelists(problem) &&
          ', found by Study Desk; the opensafely tool accepts it'}
      </p>
    </section>
  );
}
