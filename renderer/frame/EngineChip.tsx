import {useEffect, useState} from 'react';
import type {EngineStatus} from '../../shared/engine';
import {readyWords} from '../../shared/engineWords';
import {formatPlural} from '../../shared/format';
import {RemedyButton} from '../dialogs/RemedyButton';
import {useDesk, useDeskState} from '../state/deskStore';
import {checkEngine} from '../state/openStudy';
import {changeSettings, settingsNow} from '../state/settings';
import {executorOf} from '../state/runWords';
import {activeRun, openJobs} from '../state/selectors';
import type {PlainDialog} from '../state/viewState';
import {Button} from '../ui/Button';
import {chipClass, Dot} from '../ui/Dot';
import {Popover} from '../ui/Popover';
import styles from './EngineChip.module.css';

/** How often an engine that is down is asked again while that is on screen. */
const LOOK_MS = 3000;

/** Where jobs run and whether that works, in a few words. */
export function engineWords(engine: EngineStatus): string {
  switch (engine.state) {
    case 'checking':
      return 'checking…';
    case 'ready':
      // patch level and the distribution's suffix are under the chip
      return engine.name.replace(/(\d+\.\d+)\S*/, '$1');
    case 'down':
      return 'Engine is down';
  }
}

function toneOf(engine: EngineStatus) {
  return engine.state === 'ready' ? 'ok' : engine.state === 'down' ? 'fail' : 'plain';
}

const STUDY_DIALOGS = [
  ['images', 'Images…'],
  ['tools', 'JupyterLab and RStudio…'],
  ['clean-up', 'Clean up…'],
] as const;

/** The engine in the top bar: its state, the jobs it runs, and under it what to do when it is down. */
export function EngineChip() {
  const {store} = useDesk();
  const hasStudy = useDeskState((state) => state.study !== null);
  const engine = useDeskState((state) => state.engine);
  const executor = useDeskState(executorOf);
  const set = useDeskState((state) => settingsNow(state)?.values.executor);
  const active = useDeskState((state) => state.activeRunId !== null);
  const concurrency = useDeskState(
    (state) => activeRun(state)?.options.concurrency ?? settingsNow(state)?.values.concurrency ?? 0,
  );
  const running = useDeskState(
    (state) => openJobs(state).filter((job) => job.state === 'running').length,
  );
  const process = executor === 'process';
  const dialogs: readonly (readonly [PlainDialog, string])[] = [
    ...(active ? [['run-share', 'Adjust the run…'] as const] : []),
    ...(process ? [] : [['engines', 'Container engines…'] as const]),
    ...(process || !hasStudy ? [] : STUDY_DIALOGS),
    ['doctor', 'Doctor…'],
  ];
  return (
    <Popover
      className={chipClass}
      icon={<Dot tone={process ? 'stale' : toneOf(engine)} />}
      panelLabel="Engine"
      aria-label={`Engine: ${process ? 'This computer' : engineWords(engine)}${running > 0 ? `, ${running} of ${formatPlural(concurrency, 'job')}` : ''}`}
      tip="Where jobs run"
      align="right"
      panel={(close) => (
        <div className={styles.explained}>
          {process && <ProcessExplained onDone={set === 'process' ? close : null} />}
          {!process && (engine.state === 'down' ? <EngineExplained /> : <EngineLine />)}
          <div className={styles.buttons}>
            {dialogs.map(([kind, words]) => (
              <Button
                key={kind}
                look="link"
                onClick={() => {
                  close();
                  store.setState({dialog: {kind}});
                }}
              >
                {words}
              </Button>
            ))}
          </div>
        </div>
      )}
    >
      <span className={styles.words}>
        <span className={styles.name} data-state={process ? 'process' : engine.state}>
          {process ? 'This computer' : engineWords(engine)}
        </span>
        {running > 0 && ` · ${running} of ${formatPlural(concurrency, 'job')}`}
      </span>
    </Popover>
  );
}

/** What the engine is and has, and the way to look again. */
export function EngineLine() {
  const desk = useDesk();
  const engine = useDeskState((state) => state.engine);
  return (
    <p className={styles.line}>
      <Dot tone={toneOf(engine)} />
      {engine.state === 'ready' ? `${readyWords(engine)}.` : 'Looking for a container engine…'}
      <Button
        look="link"
        disabled={engine.state === 'checking'}
        onClick={() => void checkEngine(desk)}
      >
        Check again
      </Button>
      {engine.state === 'ready' && engine.concern !== undefined && (
        <span className={styles.concern}>
          {engine.concern.message} {engine.concern.hint}
        </span>
      )}
    </p>
  );
}

/** What is wrong with the engine, and the two ways on. */
export function EngineExplained() {
  const desk = useDesk();
  const engine = useDeskState((state) => state.engine);
  const chosen = useDeskState((state) => settingsNow(state)?.values.executor);
  const [checking, setChecking] = useState(false);
  const isDown = engine.state === 'down';
  useEffect(() => {
    if (!isDown) return;
    const timer = window.setInterval(() => void checkEngine(desk), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [desk, isDown]);
  if (engine.state !== 'down') return null;
  return (
    <div className={styles.explained}>
      <p>
        <strong>{engine.message}</strong>
      </p>
      <p>{engine.hint}</p>
      <p className={styles.dim}>
        Without an engine you can do everything except run actions in containers.
      </p>
      <div className={styles.buttons}>
        {engine.remedy !== null && (
          <RemedyButton remedy={engine.remedy} onDone={() => void checkEngine(desk)} />
        )}
        <Button
          disabled={checking}
          onClick={() => {
            setChecking(true);
            void checkEngine(desk).finally(() => setChecking(false));
          }}
        >
          {checking ? 'Checking…' : 'Check again'}
        </Button>
        {chosen === 'docker' && (
          <Button
            tip="Run Python and R actions with this computer’s programs; results may differ from the server"
            onClick={() => void changeSettings(desk, {executor: 'process'})}
          >
            Use this computer instead
          </Button>
        )}
      </div>
    </div>
  );
}

/** That jobs run without containers; `onDone` goes back to them, null where the study alone makes it so. */
function ProcessExplained({onDone}: {readonly onDone: (() => void) | null}) {
  const desk = useDesk();
  return (
    <div className={styles.explained}>
      <p>
        <strong>Jobs run with this computer’s own Python and R.</strong>
      </p>
      <p>
        They use its packages and network, so results may differ from the server. Actions that need
        ehrQL, Stata or another image can’t run.
      </p>
      {onDone !== null && (
        <div className={styles.buttons}>
          <Button
            onClick={() => {
              void changeSettings(desk, {executor: 'docker'});
              onDone();
            }}
          >
            Use Docker again
          </Button>
        </div>
      )}
    </div>
  );
}
