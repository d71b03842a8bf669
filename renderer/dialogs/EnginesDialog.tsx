import {useCallback, useEffect, useState} from 'react';
import type {EngineChoice, FoundEngine, EngineListing} from '../../shared/engine';
import {engineWords} from '../../shared/engineWords';
import type {AppError} from '../../shared/errors';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {changeSettings} from '../state/settings';
import {Button} from '../ui/Button';
import {Card, CardButtons, CardHead, Cards} from '../ui/Cards';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {Callout, EmptyState} from '../ui/Section';
import {checkEngine} from '../state/openStudy';
import styles from './Engines.module.css';
import {RemedyButton} from './RemedyButton';

/** Every container engine of this computer, how it is, and which one the study uses. */
export function EnginesDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const settings = useDeskState((state) => state.app?.settings.user);
  const hasStudy = useDeskState((state) => state.study !== null);
  const {listing, error, choose, lookAt} = useEngines();
  if (settings === undefined) return null;
  const chooseForAll = (engine: string | null) => void changeSettings(desk, {engine});
  return (
    <Dialog title="Container engines" width="wide" onClose={onClose}>
      <div className={styles.page}>
        <ErrorCallout error={error} />
        {listing === null ? (
          <p role="status">Looking for engines…</p>
        ) : (
          <>
            <ChoiceLine choice={listing.choice}>
              {listing.ofStudy !== null && (
                <Button look="link" onClick={() => choose(null)}>
                  Use the choice for all studies
                </Button>
              )}
              {(settings.engine ?? null) !== null && (
                <Button look="link" onClick={() => chooseForAll(null)}>
                  Choose automatically in all studies
                </Button>
              )}
            </ChoiceLine>
            {listing.engines.length === 0 ? (
              <EmptyState title="No container engine found">
                Install Docker, Podman, Colima, Rancher Desktop or OrbStack to see it here.
              </EmptyState>
            ) : (
              <Cards>
                {listing.engines.map((engine) => (
                  <Engine
                    key={engine.name}
                    engine={engine}
                    used={engine.name === listing.used}
                    fixedBy={fixedBy(listing.choice)}
                    onChoose={hasStudy ? () => choose(engine.name) : null}
                    onChooseForAll={
                      settings.engine === engine.name ? null : () => chooseForAll(engine.name)
                    }
                    onLook={() => lookAt(engine.name)}
                  />
                ))}
              </Cards>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

function Engine(props: {
  readonly engine: FoundEngine;
  readonly used: boolean;
  readonly fixedBy: string | null;
  /** Null where no study is open. */
  readonly onChoose: (() => void) | null;
  /** Null where it is chosen for all studies already. */
  readonly onChooseForAll: (() => void) | null;
  readonly onLook: () => void;
}) {
  const {engine, used, fixedBy, onChoose, onChooseForAll, onLook} = props;
  const {status, title, name, address} = engine;
  return (
    <Card label={title} chosen={used}>
      <CardHead>
        <Dot tone={status.state === 'ready' ? 'ok' : status.state === 'down' ? 'fail' : 'plain'} />
        <strong>{title}</strong>
        {used && <span className={styles.used}>In use</span>}
        <code className={styles.address}>{name === title ? address : `${name} · ${address}`}</code>
      </CardHead>
      <p>{engineWords(engine)}</p>
      {status.state === 'ready' && status.concern !== undefined && (
        <Callout tone="stale">
          {status.concern.message} {status.concern.hint}
        </Callout>
      )}
      <CardButtons>
        {status.state === 'down' && status.remedy !== null && (
          <RemedyButton remedy={status.remedy} onDone={onLook} />
        )}
        {onChoose !== null && !used && (
          <Button disabled={fixedBy !== null} tip={fixedBy ?? undefined} onClick={onChoose}>
            Use for this study
          </Button>
        )}
        {onChooseForAll !== null && (
          <Button
            look="quiet"
            disabled={fixedBy !== null}
            tip={fixedBy ?? undefined}
            onClick={onChooseForAll}
          >
            Use in all studies
          </Button>
        )}
      </CardButtons>
    </Card>
  );
}

/** Why choosing would change nothing now; null where it does. */
function fixedBy({by, variable}: EngineChoice): string | null {
  return by === 'environment'
    ? `Set by ${variable ?? 'the environment'}`
    : by === 'command-line'
      ? 'Set by --engine'
      : null;
}

function ChoiceLine(props: {readonly choice: EngineChoice; readonly children: React.ReactNode}) {
  const {choice, children} = props;
  return (
    <p className={styles.choice}>
      <span>{choiceWords(choice)}</span>
      {children}
    </p>
  );
}

function choiceWords(choice: EngineChoice): string {
  const fixed = fixedBy(choice);
  if (fixed !== null) return `${fixed}.`;
  switch (choice.by) {
    case 'study':
      return 'Chosen for this study.';
    case 'user':
      return 'Chosen for all studies.';
    default:
      return 'Automatic: uses Docker’s current context, otherwise the first engine found.';
  }
}

/** How often engines that do not answer are asked again while they are on screen. */
const LOOK_MS = 3000;

/** Lists the engines, asks each how it is, and asks those again that do not answer. */
function useEngines() {
  const desk = useDesk();
  const {host} = desk;
  const ofUser = useDeskState((state) => state.app?.settings.user.engine ?? null);
  const engine = useDeskState((state) => state.engine);
  const [listing, setListing] = useState<EngineListing | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  const lookAt = useCallback(
    (name: string) => {
      void host.request('engines:probe', {engine: name}).then((answer) => {
        const probed = answer.ok ? answer.value : null;
        if (probed === null) return;
        setListing((now) =>
          now === null
            ? null
            : {...now, engines: now.engines.map((each) => (each.name === name ? probed : each))},
        );
      });
    },
    [host],
  );

  const list = useCallback(async () => {
    const answer = await host.request('engines:list', {});
    if (!answer.ok) {
      setError(answer.error);
      return [];
    }
    const fresh = answer.value;
    setListing((before) => ({
      ...fresh,
      // what is known of an engine stays until it has answered anew
      engines: fresh.engines.map(
        (each) => before?.engines.find(({name}) => name === each.name) ?? each,
      ),
    }));
    return fresh.engines;
  }, [host]);

  // another engine is used, or it is another now
  useEffect(() => {
    void list();
  }, [list, ofUser, engine]);

  useEffect(() => {
    void list().then((engines) => {
      for (const {name} of engines) lookAt(name);
    });
  }, [list, lookAt]);

  const downNames = (listing?.engines ?? [])
    .filter(({status}) => status.state === 'down')
    .map(({name}) => name)
    .join('\n');
  useEffect(() => {
    if (downNames === '') return;
    const timer = window.setInterval(() => downNames.split('\n').forEach(lookAt), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [downNames, lookAt]);

  const choose = useCallback(
    (name: string | null) => {
      setError(null);
      void host.request('engines:choose', {engine: name}).then(async (answer) => {
        if (!answer.ok) setError(answer.error);
        else {
          await checkEngine(desk);
          await list();
        }
      });
    },
    [desk, host, list],
  );
  return {listing, error, choose, lookAt};
}
