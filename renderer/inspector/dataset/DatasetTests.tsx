import {CircleCheck, CircleX, FlaskConical} from 'lucide-react';
import {useState} from 'react';
import {
  plainPath,
  type Assurance,
  type EhrqlAction,
  type TestedPatient,
} from '../../../shared/dataset';
import {formatCount, formatPlural} from '../../../shared/format';
import {visibleText} from '../../../shared/visibleText';
import {ErrorCallout} from '../../errors/ErrorWords';
import {useAnswer} from '../../state/ask';
import {askAbout, stopAsking} from '../../state/definitions';
import {useDesk, useDeskState} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import {Callout, Progress} from '../../ui/Section';
import {DefinitionErrorLine} from './DefinitionErrorLine';
import {NameTestDialog, NewTestDialog} from './TestDialogs';
import styles from './Dataset.module.css';

/** The assurance tests of a definition: the files that have them, what ehrQL found, and a first one where there is none. */
export function DatasetTests({run}: {readonly run: EhrqlAction}) {
  const {action, testDataFile} = run;
  const desk = useDesk();
  const tested = useDeskState((state) => state.tested.get(action) ?? null);
  // files of the study may have changed
  const git = useDeskState((state) => state.git);
  const codeFiles = useDeskState((state) => state.codeFiles);
  const again = useAgain(git, codeFiles, testDataFile);
  const [files] = useAnswer('datasets:testFiles', {of: action}, again);
  const [dialog, setDialog] = useState<{readonly name: string | null} | null>(null);
  const paths = files?.ok === true ? files.value : [];
  const answer = tested?.answer ?? null;
  const named = testDataFile === null ? null : plainPath(testDataFile);
  return (
    <div className={styles.part}>
      <p className={styles.heading}>Tests</p>
      {files?.ok === false && <ErrorCallout error={files.error} />}
      {files?.ok === true && paths.length === 0 && <p className={styles.dim}>No tests yet.</p>}
      {paths.map((path) => (
        <div key={path}>
          <Button
            look="link"
            className={styles.path}
            onClick={() => void openPath(desk, path, null)}
          >
            {path}
          </Button>
          {path !== named && (
            <p className={styles.dim}>
              {named === null ? 'No run line names it' : `The run line names ${named}`}, so it does
              not run on the server.{' '}
              <Button look="link" onClick={() => setDialog({name: path})}>
                Add to the run line…
              </Button>
            </p>
          )}
        </div>
      ))}
      <div className={styles.acts}>
        {tested?.running === true ? (
          <>
            <span role="status">Running tests…</span>
            <Progress label="Running tests" done={0} total={null} />
            <Button onClick={() => stopAsking(desk, 'assure', action)}>Stop</Button>
          </>
        ) : (
          paths.length > 0 && (
            <Button
              icon={<FlaskConical />}
              tip="Runs them with ehrQL in the action’s image. Changes nothing."
              onClick={() => void askAbout(desk, 'assure', action)}
            >
              Run tests
            </Button>
          )
        )}
        <Button
          tip="A first test file with one patient, from the tables that the definition reads; shown before it is written"
          onClick={() => setDialog({name: null})}
        >
          New test…
        </Button>
      </div>
      {answer !== null && tested?.old === true && !tested.running && (
        <p className={styles.stale}>Files have changed since the tests ran.</p>
      )}
      {answer?.ok === false && <ErrorCallout error={answer.error} />}
      {answer?.ok === true &&
        answer.value.map((each) => <TestResult key={each.file} assurance={each} />)}
      {dialog !== null && dialog.name === null && (
        <NewTestDialog action={action} onClose={() => setDialog(null)} />
      )}
      {dialog !== null && dialog.name !== null && (
        <NameTestDialog action={action} path={dialog.name} onClose={() => setDialog(null)} />
      )}
    </div>
  );
}

/** Another value whenever one of these is another. */
function useAgain(...of: readonly unknown[]): number {
  const [seen, setSeen] = useState({of, count: 0});
  if (of.every((each, at) => each === seen.of[at])) return seen.count;
  setSeen({of, count: seen.count + 1});
  return seen.count + 1;
}

function TestResult({assurance}: {readonly assurance: Assurance}) {
  const {file, patients, right, total, error} = assurance;
  if (error !== null)
    return (
      <Callout tone="fail" live>
        <DefinitionErrorLine error={error} file={file} explained />
      </Callout>
    );
  const all = right === total;
  return (
    <div className={styles.tests} role="group" aria-label={`Tests in ${file}`}>
      <p className={all ? styles.ok : styles.fail} role="status">
        {formatCount(right)} of {formatPlural(total, 'patient')} right
      </p>
      <ul className={styles.tests}>
        {patients.map((patient, index) => (
          <Tested key={index} tested={patient} />
        ))}
      </ul>
      {!all && (
        <p className={styles.dim}>
          Correct the definition or the tests: a job that runs them stops with exit code 13.
        </p>
      )}
    </div>
  );
}

function Tested({tested}: {readonly tested: TestedPatient}) {
  const desk = useDesk();
  const {patient, file, line} = tested;
  return (
    <li>
      {tested.ok ? (
        <CircleCheck size={14} className={styles.ok} />
      ) : (
        <CircleX size={14} className={styles.fail} />
      )}
      <span className={styles.testWords}>
        <strong>Patient {patient}</strong> {visibleText(testedWords(tested))}{' '}
        <Button look="link" onClick={() => void openPath(desk, file, line)}>
          {line === null ? file : `line ${formatCount(line)}`}
        </Button>
      </span>
    </li>
  );
}

/** What was expected and what came. */
function testedWords({ok, problem, column, expected, actual}: TestedPatient): string {
  if (ok) return 'is right.';
  const values = `expected ${expected ?? 'no value'}, was ${actual ?? 'no value'}.`;
  switch (problem) {
    case 'in-population':
    case 'not-in-population':
      return values;
    case 'no-such-column':
      return `${column ?? ''}: the dataset has no such column.`;
    case 'test-value':
      return `${column ?? ''}: the test data have ${actual ?? 'a value'}, which ${expected ?? 'the column'} does not allow.`;
    case 'test-column':
      return `${column ?? ''}: the table has no such column.`;
    case 'test-rows':
      return `the table has one row for a patient, the test data have ${actual ?? 'more'}.`;
    default:
      return `${column ?? ''}: ${values}`;
  }
}
