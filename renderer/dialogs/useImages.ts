import {useCallback, useEffect, useState} from 'react';
import type {ImageUpdate} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import {formatList} from '../../shared/format';
import type {ImageListing} from '../../shared/images';
import type {Result} from '../../shared/result';
import {useDesk, useDeskState} from '../state/deskStore';

/** The images on screen, and what can be done with them. */
export interface ShownImages {
  /** Null before the first answer. */
  readonly listing: ImageListing | null;
  /** What the registry said of each that it was asked about. */
  readonly updates: ReadonlyMap<string, ImageUpdate>;
  readonly error: AppError | null;
  /** What was done, in a sentence. */
  readonly said: string | null;
  readonly busy: boolean;
  readonly pull: (images: readonly string[]) => void;
  readonly stop: (image: string) => void;
  readonly check: () => void;
  readonly save: () => void;
  readonly load: () => void;
}

/** Lists the images anew whenever a download has ended. */
export function useImages(): ShownImages {
  const {host, store} = useDesk();
  const [listing, setListing] = useState<ImageListing | null>(null);
  const [updates, setUpdates] = useState<ReadonlyMap<string, ImageUpdate>>(new Map());
  const [error, setError] = useState<AppError | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ended = useDeskState((state) =>
    state.imagePulls
      .filter((pull) => pull.state !== 'under-way')
      .map(({image, state: how}) => `${image} ${how}`)
      .join(),
  );

  const list = useCallback(async () => {
    const answer = await host.request('images:list', {});
    if (answer.ok) setListing(answer.value);
    else setError(answer.error);
  }, [host]);

  useEffect(() => {
    void list();
  }, [list, ended]);
  useEffect(() => {
    void host.request('images:pulls', {}).then((answer) => {
      if (answer.ok) store.setState({imagePulls: answer.value});
    });
  }, [host, store]);

  /** Does one thing, and shows how it went. */
  const perform = async <T>(
    ask: () => Promise<Result<T, AppError>>,
    done: (value: T) => string | null,
  ): Promise<void> => {
    setBusy(true);
    setError(null);
    setSaid(null);
    const answer = await ask();
    setBusy(false);
    if (answer.ok) setSaid(done(answer.value));
    else setError(answer.error);
    await list();
  };

  const names = (listing?.images ?? []).map(({image}) => image);
  return {
    ...{listing, updates, error, said, busy},
    pull(images) {
      setError(null);
      void host.request('images:pull', {images: [...images]});
    },
    stop: (image) => void host.request('images:stopPull', {image}),
    check: () =>
      void perform(
        () => host.request('images:newest', {images: names}),
        (found) => {
          setUpdates(new Map(found.map((each) => [each.image, each])));
          return found.some(({state}) => state === 'newer') ? null : 'There is none newer.';
        },
      ),
    save: () =>
      void perform(
        () => host.request('images:save', {images: names}),
        (path) => (path === null ? null : `Saved to ${path}.`),
      ),
    load: () =>
      void perform(
        () => host.request('images:load', {}),
        (loaded) => (loaded === null ? null : `Loaded ${formatList(loaded, 4)}.`),
      ),
  };
}
