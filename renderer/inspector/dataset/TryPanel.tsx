import {useMemo} from 'react';
import type {Shown, Trial} from '../../../shared/dataset';
import {formatDuration} from '../../../shared/format';
import {visibleText} from '../../../shared/visibleText';
import {ErrorCallout} from '../../errors/ErrorWords';
import {CauseCard} from '../../failures/CauseCard';
import {stopTrying, tryNow, type Tried} from '../../state/definitions';
import {useDesk, useDeskState} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import {Name} from '../../ui/Name';
import {Callout, EmptyState, Progress} from '../../ui/Section';
import {changedRows, sameShown} from './changedRows';
import {DefinitionErrorLine} from './DefinitionErrorLine';
import {ShownTable} from './ShownTable';
import styles from './Dataset.module.css';

/** What the definition that was tried last shows, the data it ran on, and its error. */
export function TryPanel() {
  const path = useDeskState((state) => state.triedLast);
  const tried = useDeskState((state) => state.tried.get(path ?? '') ?? null);
  if (path === null || tried === null)
    return (
      <EmptyState title="Nothing tried yet">
        Open a dataset definition and press Try: the tables of each show() are listed here.
      </EmptyState>
    );
  return (
    <div className={styles.panel}>
      <TryHead path={path} tried={tried} />
      <div className={styles.tables}>
        <ErrorCallout error={tried.error} />
        {tried.trial !== null && <TrialResult trial={tried.trial} tried={tried} />}
      </div>
    </div>
  );
}

/** Which file was tried on which data, and a try under way with the way to stop it. */
function TryHead({path, tried}: {readonly path: string; readonly tried: Tried}) {
  const desk = useDesk();
  const {of, running, trial} = tried;
  return (
    <header className={styles.head}>
      <Button look="link" onClick={() => void openPath(desk, path, null)}>
        <Name name={path} />
      </Button>
      <span role="status" className={styles.sentence}>
        {trial !== null && `On ${trial.data ?? 'no data'}${running ? ', before' : ''}`}
        {trial !== null && !running && ` · ${formatDuration(trial.milliseconds / 1000)}`}
        {running && `${trial === null ? '' : ' · '}Trying ${of}…`}
      </span>
      {running ? (
        <>
          <Progress label={`Trying ${of}`} done={0} total={null} />
          <Button onClick={() => stopTrying(desk, path)}>Stop</Button>
        </>
      ) : (
        <Button onClick={() => void tryNow(desk, path, of)}>Try again</Button>
      )}
    </header>
  );
}

function TrialResult({trial, tried}: {readonly trial: Trial; readonly tried: Tried}) {
  const {before, running} = tried;
  // what was shown before an error is still worth reading
  const kept = trial.error !== null && trial.shown.length === 0 ? before : null;
  const shown = kept?.shown ?? trial.shown;
  return (
    <>
      <div data-old={running} className={styles.result}>
        <TrialError trial={trial} />
        {trial.notices.map((notice) => (
          <Callout key={notice} tone="stale">
            {visibleText(notice)}
          </Callout>
        ))}
        {trial.printed.trim() !== '' && (
          <details className={styles.printed}>
            <summary>What it printed besides</summary>
            <pre tabIndex={0}>{visibleText(trial.printed)}</pre>
          </details>
        )}
      </div>
      <div data-old={running || kept !== null} className={styles.result}>
        {kept !== null && <p className={styles.dim}>Shown before this error:</p>}
        {shown.map((each, place) => (
          <Compared
            key={`${place} ${each.label ?? ''}`}
            path={trial.file}
            shown={each}
            place={place}
            all={shown}
            before={kept === null ? (before?.shown ?? null) : null}
          />
        ))}
      </div>
      {shown.length === 0 && trial.error === null && (
        <EmptyState title="Nothing shown">
          Add show(dataset) to the definition to see its rows here, or show any part of it.
        </EmptyState>
      )}
    </>
  );
}

function TrialError({trial}: {readonly trial: Trial}) {
  const {error, card, exitCode, file} = trial;
  if (error === null)
    return exitCode === 0 ? null : (
      <Callout tone="fail" live>
        ehrQL ended with exit code {exitCode}.
      </Callout>
    );
  return (
    <Callout tone="fail" live>
      {/* the card has the message too, and the line where it knows it */}
      {(card === null || card.place === null) && <DefinitionErrorLine error={error} file={file} />}
      {card !== null && <CauseCard card={card} inLog />}
    </Callout>
  );
}

function Compared(props: {
  readonly path: string;
  readonly shown: Shown;
  readonly place: number;
  readonly all: readonly Shown[];
  readonly before: readonly Shown[] | null;
}) {
  const {path, shown, place, all, before} = props;
  const changes = useMemo(() => {
    const same = before === null ? null : sameShown(all, place, before);
    return same === null ? null : changedRows(shown, same);
  }, [shown, place, all, before]);
  return <ShownTable path={path} shown={shown} changes={changes} />;
}
