import {FlaskConical, ScanSearch, TableProperties} from 'lucide-react';
import {Fragment} from 'react';
import {DEFINITION_RULES} from '../../../shared/definitionRules';
import {
  plainPath,
  tablesFolder,
  type Dataset,
  type DatasetColumn,
  type DefinitionProblem,
  type EhrqlAction,
} from '../../../shared/dataset';
import {formatCount, formatPlural} from '../../../shared/format';
import {visibleText} from '../../../shared/visibleText';
import {ErrorCallout} from '../../errors/ErrorWords';
import {useAnswer} from '../../state/ask';
import {askAbout, definitionOf, stopAsking, tryNow, type Asked} from '../../state/definitions';
import {useDesk, useDeskState, useToggled} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import {CodeText} from '../../ui/CodeText';
import {Callout, Progress, Section} from '../../ui/Section';
import {DatasetTests} from './DatasetTests';
import {DefinitionErrorLine} from './DefinitionErrorLine';
import styles from './Dataset.module.css';

/** Columns and tables that are listed before the rest is asked for. */
const LISTED_FIRST = 8;

/** Of an action that runs ehrQL: its definition, what that selects as ehrQL itself loads it, and how it is tried. */
export function DatasetSection({action}: {readonly action: string}) {
  const desk = useDesk();
  const run = useDeskState((state) => definitionOf(state, action));
  const looked = useDeskState((state) => state.looked.get(action) ?? null);
  if (run === undefined) return null;
  const {file} = run;
  const answer = looked?.answer ?? null;
  const dataset = answer?.ok === true ? (answer.value[0] ?? null) : null;
  return (
    <Section label="Dataset">
      <Facts run={run} dataset={dataset} />
      {file !== null && (
        <div className={styles.acts}>
          <LookButton action={action} looked={looked} />
          <Button
            icon={<FlaskConical />}
            tip="Runs the definition with ehrQL on dummy data, and shows the tables that it asks for with show()"
            onClick={() => void tryNow(desk, plainPath(file), action)}
          >
            Try
          </Button>
        </div>
      )}
      {answer?.ok === false && <ErrorCallout error={answer.error} />}
      {dataset !== null && (
        <div className={styles.part} data-old={looked?.running === true}>
          <Selected dataset={dataset} />
        </div>
      )}
      {file !== null && <DummyTables run={run} />}
      {file !== null && run.command === 'generate-dataset' && <DatasetTests run={run} />}
    </Section>
  );
}

/** Asks ehrQL, or goes on asking; what was found before may be that of earlier files. */
function LookButton(props: {readonly action: string; readonly looked: Asked<Dataset> | null}) {
  const {action, looked} = props;
  const desk = useDesk();
  if (looked?.running === true)
    return (
      <>
        <span role="status">ehrQL reads it…</span>
        <Progress label="Reading the definition" done={0} total={null} />
        <Button onClick={() => stopAsking(desk, 'look', action)}>Stop</Button>
      </>
    );
  const known = looked?.answer ?? null;
  return (
    <>
      {known !== null && looked?.old === true && (
        <span className={styles.stale}>Files have changed since it was read.</span>
      )}
      <Button
        icon={<ScanSearch />}
        tip="Loads the definition with ehrQL in the action’s image: columns, tables and permissions. Changes nothing."
        onClick={() => void askAbout(desk, 'look', action)}
      >
        {known === null ? 'Show what it selects' : 'Read it again'}
      </Button>
    </>
  );
}

function Facts({run, dataset}: {readonly run: EhrqlAction; readonly dataset: Dataset | null}) {
  const desk = useDesk();
  const {file, args} = run;
  const size = dataset?.populationSize ?? null;
  return (
    <dl className={styles.facts}>
      <dt>Definition</dt>
      <dd>
        {file === null ? (
          'The run line names none.'
        ) : (
          <Button
            look="link"
            className={styles.path}
            aria-label={plainPath(file)}
            onClick={() => void openPath(desk, plainPath(file), null)}
          >
            <Breakable path={plainPath(file)} />
          </Button>
        )}
      </dd>
      {args.length > 0 && (
        <>
          <dt>Parameters</dt>
          <dd>
            <code>{args.join(' ')}</code>
          </dd>
        </>
      )}
      <dt>Dummy data</dt>
      <dd>{dummyWords(run, size)}</dd>
    </dl>
  );
}

/** A path that may be broken between its parts. */
function Breakable({path}: {readonly path: string}) {
  return path.split(/(?<=[/_])/).map((part, index) => (
    <Fragment key={index}>
      {visibleText(part)}
      <wbr />
    </Fragment>
  ));
}

/** How the dummy data of an action come about; of a file and tables ehrQL takes the file. */
function dummyWords({dummyDataFile, dummyTables}: EhrqlAction, size: number | null): string {
  if (dummyDataFile !== null) return `from ${plainPath(dummyDataFile)}`;
  if (dummyTables !== null) return `from ${plainPath(dummyTables).replace(/\/*$/, '/')}`;
  return `generated by ehrQL${size === null ? '' : `, ${formatPlural(size, 'patient')}`}`;
}

/** The dummy tables of a definition, to be edited, and how they are made. */
function DummyTables({run}: {readonly run: EhrqlAction}) {
  const {action} = run;
  const desk = useDesk();
  const placed = useDeskState(
    (state) => [...state.placedTables].find(([, each]) => each === action)?.[0],
  );
  const folder = tablesFolder(run) ?? placed ?? null;
  // comes anew after each change of a file
  const git = useDeskState((state) => state.git);
  const [answer] = useAnswer('datasets:tables', folder === null ? null : {folder}, git);
  const paths = folder !== null && answer?.ok === true ? answer.value : [];
  const {shown, more} = useListed('Dummy tables', paths);
  return (
    <div className={styles.part}>
      <p className={styles.heading}>
        Dummy tables{' '}
        {folder !== null && <span className={styles.dim}>{formatCount(paths.length)}</span>}
      </p>
      {shown.map((path) => (
        <Button
          key={path}
          look="link"
          className={styles.path}
          aria-label={path}
          onClick={() => void openPath(desk, path, null)}
        >
          <Breakable path={path} />
        </Button>
      ))}
      {more}
      <div className={styles.acts}>
        <Button
          icon={<TableProperties />}
          tip="Has ehrQL make a table of invented patients for each table that the definition reads; asks for the folder first"
          onClick={() => desk.store.setState({dialog: {kind: 'make-tables', action}})}
        >
          Make dummy tables…
        </Button>
      </div>
    </div>
  );
}

function Selected({dataset}: {readonly dataset: Dataset}) {
  const {file, kind, columns, events, tables, permissions, error, problems} = dataset;
  if (error !== null)
    return (
      <Callout tone="fail" live>
        <DefinitionErrorLine error={error} file={file} explained />
      </Callout>
    );
  return (
    <>
      {problems.map((problem) => (
        <ProblemLine key={`${problem.rule} ${problem.message}`} problem={problem} />
      ))}
      <Columns label={kind === 'measures' ? 'Columns of the measures' : 'Columns'} all={columns} />
      {events.map(({name, columns: all}) => (
        <Columns key={name} label={`Events in ${name}`} all={all} />
      ))}
      <Tables tables={tables} />
      <p className={styles.heading}>Permissions it claims</p>
      <p>{permissions.length === 0 ? 'none' : permissions.join(', ')}</p>
    </>
  );
}

function ProblemLine({problem}: {readonly problem: DefinitionProblem}) {
  const desk = useDesk();
  const {message, hint, file, line, rule} = problem;
  const {reason, link} = DEFINITION_RULES[rule];
  return (
    <Callout tone="stale">
      <p>
        <CodeText text={visibleText(message)} />
      </p>
      {hint !== null && (
        <p>
          <CodeText text={visibleText(hint)} />
        </p>
      )}
      <p>
        {reason} Rule {rule}.{' '}
        <a href={link} target="_blank" rel="noreferrer">
          Documentation
        </a>
      </p>
      <Button look="link" onClick={() => void openPath(desk, file, line)}>
        {line === null ? file : `${file}, line ${line}`}
      </Button>
    </Callout>
  );
}

function Columns({label, all}: {readonly label: string; readonly all: readonly DatasetColumn[]}) {
  const {shown, more} = useListed(label, all);
  return (
    <>
      <p className={styles.heading}>
        {label} <span className={styles.dim}>{formatCount(all.length)}</span>
      </p>
      <dl className={styles.columns}>
        {shown.map(({name, type}) => (
          <div key={name} className={styles.column}>
            <dt>{visibleText(name)}</dt>
            <dd>{type ?? 'type not known'}</dd>
          </div>
        ))}
      </dl>
      {more}
    </>
  );
}

function Tables({tables}: {readonly tables: Dataset['tables']}) {
  const {shown, more} = useListed('Tables it reads', tables);
  return (
    <>
      <p className={styles.heading}>
        Tables it reads <span className={styles.dim}>{formatCount(tables.length)}</span>
      </p>
      <ul className={styles.part}>
        {shown.map(({name, columns}) => (
          <li key={name}>
            <strong>{visibleText(name)}</strong>{' '}
            <span className={styles.dim}>{visibleText(columns.join(', '))}</span>
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

/** The first of a list, or all where its user asked for them, and the button for that. */
function useListed<T>(label: string, all: readonly T[]) {
  const [toggled, toggle] = useToggled('dataset.lists');
  const whole = toggled.has(label) || all.length <= LISTED_FIRST + 1;
  return {
    shown: whole ? all : all.slice(0, LISTED_FIRST),
    more: all.length > LISTED_FIRST + 1 && (
      <Button look="link" onClick={() => toggle(label)}>
        {whole ? 'Show fewer' : `Show all ${formatCount(all.length)}`}
      </Button>
    ),
  };
}
