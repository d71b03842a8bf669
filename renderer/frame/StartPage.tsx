import {useCallback, useEffect, useState} from 'react';
import {FlaskConical, FolderOpen, Pin, PinOff, X} from 'lucide-react';
import {DOCTOR_CHECKS, type DoctorFinding} from '../../shared/doctor';
import type {EngineStatus} from '../../shared/engine';
import {formatWhen} from '../../shared/format';
import type {RecentEdit, RecentStudy} from '../../shared/study';
import {visibleText} from '../../shared/visibleText';
import {chooseStudy, openSample, runCommand} from '../commands/commands';
import {RemedyButton, RESULT_TONES} from '../dialogs/RemedyButton';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {expectStudy, openStudy} from '../state/openStudy';
import {useNow} from '../state/useNow';
import {Button, IconButton} from '../ui/Button';
import {Dot} from '../ui/Dot';
import {EngineExplained, EngineLine} from './EngineChip';
import {RunsElsewhere} from './RunsElsewhere';
import styles from './StartPage.module.css';

/** First start: open a study, go on with a recent one, or try the sample; and the engine's state. */
export function StartPage({opening}: {readonly opening: boolean}) {
  const desk = useDesk();
  const folder = useDeskState((state) => state.opening);
  const engine = useDeskState((state) => state.engine);
  const running = useDeskState((state) => state.runsElsewhere.length > 0);
  const offer = useDeskState((state) => state.update?.offer ?? null);
  // until the host has answered, what is above and in the tiles would only move
  const known = useDeskState((state) => state.app !== null);

  return (
    <main className={styles.page} aria-busy={opening} data-known={known}>
      <header className={styles.header}>
        <h1>Study Desk</h1>
        <p className={styles.status} role="status">
          {opening && folder !== null ? `Opening ${folder}…` : 'Build and run OpenSAFELY studies'}
        </p>
      </header>
      <div className={styles.tiles} inert={opening}>
        <button type="button" className={styles.tile} onClick={() => void chooseStudy(desk)}>
          <FolderOpen size={24} strokeWidth={1.5} />
          <strong>Open a study…</strong>
          <span>
            Choose the folder that holds <code>project.yaml</code>, or drop it anywhere on this
            window.
          </span>
        </button>
        <Recents />
        <button type="button" className={styles.tile} onClick={() => void openSample(desk)}>
          <FlaskConical size={24} strokeWidth={1.5} />
          <strong>Try the sample study…</strong>
          <span>
            Copies a small study with invented data into a folder you choose. It runs in under a
            minute.
          </span>
        </button>
      </div>
      <p className={styles.others}>
        <Button onClick={() => void runCommand(desk, 'new-study')}>New study…</Button>{' '}
        <Button onClick={() => void runCommand(desk, 'clone-study')}>Clone a study…</Button>
      </p>
      <section className={styles.needed} aria-label="What is needed">
        {engine.state === 'down' ? <EngineExplained /> : <EngineLine />}
        {engine.state !== 'down' && (
          <>
            <Needed check="memory" engine={engine} />
            <Needed check="disk" engine={engine} />
          </>
        )}
      </section>
      {offer !== null && (
        <p className={styles.others}>
          <Button onClick={() => void runCommand(desk, 'updates')}>
            Study Desk {offer.version} is there…
          </Button>
        </p>
      )}
      {running && (
        <p className={styles.others}>
          <RunsElsewhere />
        </p>
      )}
      <p className={styles.others}>
        <Button look="link" onClick={() => void runCommand(desk, 'help')}>
          Help
        </Button>{' '}
        · Running a backend?{' '}
        <Button look="link" onClick={() => void runCommand(desk, 'job-queue')}>
          Job queue
        </Button>
      </p>
    </main>
  );
}

/** One thing that runs need besides the engine, whether it is there, and what to do where it is not. */
function Needed(props: {readonly check: 'memory' | 'disk'; readonly engine: EngineStatus}) {
  const {check, engine} = props;
  const {host} = useDesk();
  const [findings, setFindings] = useState<readonly DoctorFinding[] | null>(null);
  const look = useCallback(() => {
    void host.request('doctor:check', {check, asksRegistry: false, repairs: false}).then((answer) =>
      // what the doctor can't look at is not known, which is what stands there
      setFindings(answer.ok ? answer.value : []),
    );
  }, [check, host]);
  useEffect(() => {
    if (engine.state !== 'checking') look();
  }, [engine.state, look]);
  const {title} = DOCTOR_CHECKS[check];
  if (findings === null || findings.length === 0)
    return (
      <p className={styles.need}>
        <Dot tone="plain" /> {title}: {findings === null ? 'checking…' : 'not known'}
      </p>
    );
  return findings.map(({result, message, hint, remedy}) => (
    <p key={message} className={styles.need}>
      <Dot tone={RESULT_TONES[result]} /> {title}: {visibleText(message)}
      {hint !== null && ` ${visibleText(hint)}`}
      {remedy !== null && remedy.kind !== 'ask-registry' && remedy.kind !== 'repair' && (
        <RemedyButton remedy={remedy} onDone={look} />
      )}
    </p>
  ));
}

/** Recent studies in sight at a time; a search goes through all. */
const SHOWN = 8;

/** How and when its last run went, or when it was last open where nothing ran. */
function whenOf({openedAt, lastRun}: RecentStudy, now: Date): string {
  if (lastRun === null) return formatWhen(openedAt, now);
  const how =
    lastRun.outcome === null
      ? 'run not ended'
      : lastRun.outcome === 'succeeded'
        ? 'ran'
        : lastRun.outcome;
  return `${how} ${formatWhen(lastRun.startedAt, now)}`;
}

function Recents() {
  const desk = useDesk();
  const recents = useDeskState((state) => state.app?.recents);
  const now = useNow(60_000);
  const [text, setText] = useState('');
  const newest = recents?.find(({exists}) => exists)?.dir ?? null;

  // once the page is on screen
  useEffect(() => {
    if (newest === null) return undefined;
    const timer = setTimeout(() => expectStudy(desk, newest));
    return () => clearTimeout(timer);
  }, [desk, newest]);

  const edit = async (dir: string, to: RecentEdit) => {
    const left = await ask(desk, 'app:editRecent', {dir, to});
    if (left === undefined) return;
    desk.store.setState((state) =>
      state.app === null ? {} : {app: {...state.app, recents: left}},
    );
  };
  const all = recents ?? [];
  const found = all.filter(({dir, branch}) =>
    `${dir} ${branch ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()),
  );

  return (
    <section className={styles.tile} data-kind="recent" aria-label="Recent studies">
      <strong>Recent studies</strong>
      {all.length > SHOWN && (
        <input
          type="search"
          className={styles.find}
          aria-label="Find a recent study"
          placeholder={`Find among ${all.length}`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {all.length > 0 && found.length === 0 && <span>None by this name or branch.</span>}
      {recents === undefined || recents.length === 0 ? (
        <span>{recents === undefined ? 'Checking…' : 'Studies you open are listed here.'}</span>
      ) : (
        <ul className={styles.recents}>
          {found.slice(0, SHOWN).map((study) => (
            <li key={study.dir} className={styles.recent}>
              <button
                type="button"
                className={styles.recentOpen}
                data-tip={study.dir}
                disabled={!study.exists}
                onPointerEnter={() => expectStudy(desk, study.dir)}
                onFocus={() => expectStudy(desk, study.dir)}
                onClick={() => void openStudy(desk, study.dir)}
              >
                <span className={styles.recentName}>
                  {study.name}
                  {study.branch !== null && (
                    <span className={styles.recentWhen}> {study.branch}</span>
                  )}
                </span>
                <span
                  className={styles.recentWhen}
                  data-failed={study.lastRun?.outcome === 'failed'}
                >
                  {study.exists ? whenOf(study, now) : 'folder not found'}
                </span>
              </button>
              <IconButton
                className={styles.forget}
                icon={study.pinned ? <PinOff /> : <Pin />}
                label={`${study.pinned ? 'Unpin' : 'Pin'} ${study.name}`}
                onClick={() => void edit(study.dir, study.pinned ? 'unpinned' : 'pinned')}
              />
              <IconButton
                className={styles.forget}
                icon={<X />}
                label={`Remove ${study.name} from list`}
                tip="Remove from list (keeps the folder)"
                onClick={() => void edit(study.dir, 'forgotten')}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
