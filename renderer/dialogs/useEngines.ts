import {useCallback, useEffect, useState} from 'react';
import type {EngineListing} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import {useDesk, useDeskState} from '../state/deskStore';
import {checkEngine} from '../state/openStudy';

/** How often engines that do not answer are asked again while they are on screen. */
const LOOK_MS = 3000;

/** The engines on screen. */
export interface ShownEngines {
  /** Null before the first answer. */
  readonly listing: EngineListing | null;
  readonly error: AppError | null;
  /** For the study; null leaves it to the user's settings. */
  readonly choose: (engine: string | null) => void;
  readonly lookAt: (engine: string) => void;
}

/** Lists the engines, asks each how it is, and asks those again that do not answer. */
export function useEngines(): ShownEngines {
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
