import {useCallback, useEffect, useState} from 'react';
import {
  DOCTOR_CHECK_NAMES,
  DOCTOR_CHECKS,
  DOCTOR_RESULTS,
  gravestOf,
  type DoctorCheck,
  type DoctorFinding,
  type DoctorRemedy,
} from '../../shared/doctor';
import {formatList, formatPlural} from '../../shared/format';
import {visibleText} from '../../shared/visibleText';
import type {AppError} from '../../shared/errors';
import {RemedyButton, RESULT_TONES} from './RemedyButton';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import styles from './Doctor.module.css';
import {SupportReport} from './SupportReport';

/** Everything that can be wrong with the computer and the study, and what puts it right. */
export function DoctorDialog({onClose}: {readonly onClose: () => void}) {
  const page = useDoctor();
  const [reports, setReports] = useState(false);
  if (reports) return <SupportReport onBack={() => setReports(false)} onClose={onClose} />;
  return (
    <Dialog
      title="Doctor"
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button
            tip="What was found, without personal or study data, for whoever helps you"
            onClick={() => setReports(true)}
          >
            Create support report…
          </Button>
          <Button look="primary" onClick={page.lookAgain}>
            Check everything again
          </Button>
        </>
      }
    >
      <div className={styles.page}>
        <ErrorCallout error={page.error} />
        <p role="status">{summaryOf(page.answers)}</p>
        <ul className={styles.list}>
          {inOrder(page.answers).map((check) => (
            <Check key={check} check={check} page={page} />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** What is wrong first, once everything has come in: till then nothing moves. */
function inOrder(answers: DoctorAnswers): readonly DoctorCheck[] {
  if (answers.size < DOCTOR_CHECK_NAMES.length) return DOCTOR_CHECK_NAMES;
  const order = ['wrong', 'warning', 'not-checked', 'ok'] as const;
  const rank = (check: DoctorCheck) => order.indexOf(gravestOf(answers.get(check) ?? []));
  return [...DOCTOR_CHECK_NAMES].sort((one, other) => rank(one) - rank(other));
}

/** All that was found so far, counted. */
function summaryOf(answers: DoctorAnswers): string {
  const open = DOCTOR_CHECK_NAMES.length - answers.size;
  if (open > 0) return `Checking… ${formatPlural(open, 'check')} to go.`;
  const results = [...answers.values()].map(gravestOf);
  const count = (result: DoctorFinding['result']) =>
    results.filter((each) => each === result).length;
  const counts = [
    [count('wrong'), 'failed'],
    [count('warning'), 'with a warning'],
    [count('not-checked'), 'not checked'],
    [count('ok'), 'passed'],
  ] as const;
  const words = counts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`);
  return `${formatPlural(results.length, 'check')}: ${formatList(words, 4)}.`;
}

function Check({check, page}: {readonly check: DoctorCheck; readonly page: DoctorPage}) {
  const {title, asks} = DOCTOR_CHECKS[check];
  const findings = page.answers.get(check);
  const result = findings === undefined ? null : gravestOf(findings);
  return (
    <li className={styles.check} aria-label={title}>
      <p className={styles.head}>
        <Dot tone={result === null ? 'plain' : RESULT_TONES[result]} />
        <strong>{title}</strong>
        <span className={styles.dim}>{asks}</span>
        <span className={styles.result} data-result={result ?? 'under-way'}>
          {result === null ? 'checking…' : DOCTOR_RESULTS[result]}
        </span>
      </p>
      {findings?.map((finding) => (
        <Finding key={finding.message} finding={finding} page={page} />
      ))}
    </li>
  );
}

function Finding({finding, page}: {readonly finding: DoctorFinding; readonly page: DoctorPage}) {
  const {message, hint, remedy} = finding;
  return (
    <div className={styles.finding}>
      <p>
        {visibleText(message)}
        {hint !== null && <span className={styles.dim}> {visibleText(hint)}</span>}
      </p>
      {remedy !== null && <Remedy remedy={remedy} check={finding.check} page={page} />}
    </div>
  );
}

/** The one thing that puts right what was found, or finds out more. */
function Remedy(props: {
  readonly remedy: DoctorRemedy;
  readonly check: DoctorCheck;
  readonly page: DoctorPage;
}) {
  const {remedy, check, page} = props;
  switch (remedy.kind) {
    case 'ask-registry':
      return (
        <Button
          tip="Sends the name of one image to its registry"
          onClick={() => page.look(check, {asksRegistry: true})}
        >
          Check now
        </Button>
      );
    case 'repair':
      return (
        <Button
          tip="Reads all stored logs and copies, and sets aside what is damaged"
          onClick={() => page.look(check, {repairs: true})}
        >
          Check and repair
        </Button>
      );
    default:
      return <RemedyButton remedy={remedy} onDone={page.lookAgain} />;
  }
}

/** What has come in so far: a check that is missing is under way. */
type DoctorAnswers = ReadonlyMap<DoctorCheck, readonly DoctorFinding[]>;

type Leave = Partial<Record<'asksRegistry' | 'repairs', boolean>>;

/** What is shown, and what can be done. */
type DoctorPage = ReturnType<typeof useDoctor>;

/** Asks the doctor; what is still under way when the page is left is stopped. */
function useDoctor() {
  const {host} = useDesk();
  const [answers, setAnswers] = useState<DoctorAnswers>(new Map());
  const [error, setError] = useState<AppError | null>(null);

  const look = useCallback(
    (check: DoctorCheck, {asksRegistry = false, repairs = false}: Leave = {}) => {
      setAnswers((known) => new Map([...known].filter(([each]) => each !== check)));
      void host.request('doctor:check', {check, asksRegistry, repairs}).then((answer) => {
        if (answer.ok) setAnswers((known) => new Map(known).set(check, answer.value));
        else setError(answer.error);
      });
    },
    [host],
  );
  const lookAgain = useCallback(() => {
    setError(null);
    for (const check of DOCTOR_CHECK_NAMES) look(check);
  }, [look]);
  useEffect(() => {
    lookAgain();
    return () => void host.request('doctor:stop', {});
  }, [lookAgain, host]);
  return {answers, error, look, lookAgain};
}
