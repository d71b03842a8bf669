import {Lightbulb} from 'lucide-react';
import {useEffect, useEffectEvent, useRef, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {
  readyWords,
  type ReadyFinding,
  type ReadyLook,
  type ReadySeverity,
} from '../../shared/ready';
import type {QuickFix} from '../../shared/problem';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask} from '../state/ask';
import {type Desk, useDesk, useDeskState} from '../state/deskStore';
import {openPath} from '../state/openPath';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {FixDialog} from './FixDialog';
import styles from './Ready.module.css';

const SEVERITIES: Readonly<Record<ReadySeverity, readonly [string, 'fail' | 'stale' | 'plain']>> = {
  error: ['Error', 'fail'],
  warning: ['Warning', 'stale'],
  info: ['Information', 'plain'],
};
/** Rules on what a commit would put right. */
const UNCOMMITTED = new Set(['R-UNCOMMITTED', 'R-UNTRACKED', 'R-UNTRACKED-INPUT']);
/** Findings shown before the rest is asked for. */
const SHOWN = 50;

/** What would go wrong on the server: looked for at once, and tried by a run from the commit alone when asked. */
export function ReadyDialog({onClose}: {readonly onClose: () => void}) {
  const look = useReadyLook();
  const [all, setAll] = useState(false);
  const [fix, setFix] = useState<QuickFix | null>(null);
  const {ready, doing, stopped, error} = look;
  const isBroken = useDeskState(({study}) => study?.project === null || study?.broken === true);
  const findings = ready?.findings ?? [];
  const shown = all ? findings : findings.slice(0, SHOWN);
  if (fix !== null) return <FixDialog file="project.yaml" fix={fix} onClose={() => setFix(null)} />;
  return (
    <Dialog
      title="Ready for the server?"
      width="wide"
      onClose={onClose}
      footer={
        <>
          {doing === null ? (
            <Button tip="Runs nothing" onClick={() => void look.begin(true)}>
              Look again
            </Button>
          ) : (
            <Button onClick={look.stop}>Stop</Button>
          )}
          <Button
            look="primary"
            disabled={doing !== null || isBroken}
            tip={isBroken ? 'project.yaml has errors: put them right first' : undefined}
            onClick={() => void look.begin(false)}
          >
            Run it from the commit
          </Button>
        </>
      }
    >
      <div className={styles.page}>
        <p role="status">{doing ?? wordsOf(ready, stopped)}</p>
        {doing === null && ready?.ran === false && (
          <p className={styles.dim}>
            Nothing was run. <strong>Run it from the commit</strong> runs every action from the
            files of the commit alone, in a copy that is removed afterwards.
          </p>
        )}
        {doing === null && !stopped && ready?.ran === true && (
          <p className={styles.dim}>It was run from the files of the commit.</p>
        )}
        <ErrorCallout error={error} />
        <ul aria-label="Findings">
          {shown.map((finding) => (
            <Finding
              key={`${finding.rule} ${finding.message}`}
              {...{finding, onClose}}
              onFix={setFix}
            />
          ))}
        </ul>
        {shown.length < findings.length && (
          <Button onClick={() => setAll(true)}>Show all {findings.length}</Button>
        )}
      </div>
    </Dialog>
  );
}

function wordsOf(ready: ReadyLook | null, stopped: boolean): string {
  if (stopped) return 'Stopped: what it would have found is not known.';
  return ready === null ? '' : readyWords(ready);
}

/** Looks when it is first shown; what was found last stays for when it is opened again. */
function useReadyLook() {
  const desk = useDesk();
  const {store, host} = desk;
  const ready = useDeskState((state) => state.ready);
  const [doing, setDoing] = useState<string | null>(null);
  const [stopped, setStopped] = useState(false);
  const isStopped = useRef(false);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(
    // the last of it may come after the answer
    () => host.on('ready:progress', (words) => setDoing((now) => (now === null ? null : words))),
    [host],
  );
  const begin = async (quick: boolean) => {
    setError(null);
    setStopped(false);
    isStopped.current = false;
    setDoing(quick ? 'Looking…' : 'Copying the files of the commit…');
    const answer = await host.request('ready:look', {quick});
    setDoing(null);
    // of what was stopped it is not known what else there is
    if (isStopped.current) setStopped(true);
    else if (answer.ok) store.setState({ready: answer.value});
    else setError(answer.error);
  };
  const beginFirst = useEffectEvent(() => {
    if (store.getState().ready === null) void begin(true);
  });
  useEffect(() => {
    beginFirst();
    // nobody would see what comes of it
    return () => void ask(desk, 'ready:stop', {});
  }, [desk]);
  const stop = () => {
    isStopped.current = true;
    void ask(desk, 'ready:stop', {});
  };
  return {ready, doing, stopped, error, begin, stop};
}

function Finding(props: {
  readonly finding: ReadyFinding;
  readonly onFix: (fix: QuickFix) => void;
  readonly onClose: () => void;
}) {
  const {finding, onFix, onClose} = props;
  const {rule, severity, line, message} = finding;
  const desk = useDesk();
  const [word, tone] = SEVERITIES[severity];
  const place = placeOf(finding, desk);
  const quickFix = useDeskState(
    ({study}) =>
      study?.reading.problems.find((each) => each.rule === rule && each.line === line)?.fixes[0] ??
      null,
  );
  return (
    <li className={styles.item}>
      <p className={styles.head}>
        <Dot tone={tone} />
        <strong>{word}</strong>
        <span className={styles.rule}>{rule}</span>
      </p>
      <div className={styles.finding}>
        <p>
          <CodeText text={visibleText(message)} />
          {finding.fix !== null && (
            <span className={styles.dim}>
              {' '}
              <CodeText text={visibleText(finding.fix)} />
            </span>
          )}
        </p>
        {quickFix !== null ? (
          <Button
            icon={<Lightbulb />}
            tip="Previews the change first"
            onClick={() => onFix(quickFix)}
          >
            {quickFix.title.replaceAll('`', '')}…
          </Button>
        ) : (
          place !== null && (
            <Button
              onClick={() => {
                onClose();
                place.show();
              }}
            >
              {place.words}
            </Button>
          )
        )}
      </div>
    </li>
  );
}

/** Where a finding is put right, as a button; null where that is not in the window. */
function placeOf(
  {rule, path, line}: ReadyFinding,
  desk: Desk,
): {readonly words: string; readonly show: () => void} | null {
  const {store} = desk;
  if (UNCOMMITTED.has(rule))
    return {
      words: 'Show the changes',
      show: () => store.setState({centre: {kind: 'uncommitted'}}),
    };
  if (rule.startsWith('R-CODELIST'))
    return {
      words: 'Show the codelists',
      show: () => store.setState({centre: {kind: 'codelists'}}),
    };
  if (path === null) return null;
  return {
    words: line === null ? 'Open the file' : `Open line ${line}`,
    show: () => void openPath(desk, path, line),
  };
}
