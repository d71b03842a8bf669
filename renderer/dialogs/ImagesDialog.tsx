import {useEffect, useState} from 'react';
import type {ImageUpdate} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import {formatBytes, formatList, formatPlural, formatWhen} from '../../shared/format';
import {shortImage, type ImagePull, type StudyImage} from '../../shared/images';
import {ErrorCallout} from '../errors/ErrorWords';
import {useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Cards} from '../ui/Cards';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {Callout, EmptyState, Progress} from '../ui/Section';
import type {Result} from '../../shared/result';
import styles from './Images.module.css';

/** The images that the study needs: which are here, and how to get the others. */
export function ImagesDialog({onClose}: {readonly onClose: () => void}) {
  const shown = useImages();
  const {listing, error, busy, done, updates} = shown;
  const images = listing?.images ?? [];
  const missing = images.filter(({present}) => !present).map(({image}) => image);
  return (
    <Dialog
      title="Images"
      width="wide"
      onClose={onClose}
      footer={
        listing === null ? undefined : (
          <>
            <Button disabled={busy} onClick={shown.load}>
              Load from a file…
            </Button>
            <Button
              disabled={busy || images.length === 0 || missing.length > 0}
              tip={
                missing.length > 0
                  ? 'Download missing images first'
                  : 'A .tar file, for a computer without a network'
              }
              onClick={shown.save}
            >
              Save to a file…
            </Button>
            <Button
              disabled={busy || images.length === 0}
              tip="Asks the registry"
              onClick={shown.check}
            >
              Check for updates
            </Button>
            {missing.length > 0 && (
              <Button look="primary" onClick={() => shown.pull(missing)}>
                Download {formatPlural(missing.length, 'missing image')}
              </Button>
            )}
          </>
        )
      }
    >
      <div className={styles.page}>
        <ErrorCallout error={error} />
        {done !== null && (
          <Callout tone="ok" live>
            {done}
          </Callout>
        )}
        {listing === null ? (
          error === null && <p role="status">Asking the engine…</p>
        ) : images.length === 0 ? (
          <EmptyState title="No images needed">
            Images that the actions in project.yaml use will be listed here.
          </EmptyState>
        ) : (
          <>
            <p className={styles.dim}>
              From <code>{listing.registry}</code>. Downloads continue if you close this.
            </p>
            <Cards>
              {images.map((image) => (
                <Image
                  key={image.image}
                  image={image}
                  name={shortImage(image.image, listing.registry)}
                  update={updates.get(image.image) ?? null}
                  onPull={() => shown.pull([image.image])}
                  onStop={() => shown.stop(image.image)}
                />
              ))}
            </Cards>
          </>
        )}
        {listing !== null && listing.notYetKnown.length > 0 && (
          <p className={styles.dim}>
            The image of {formatList(listing.notYetKnown)} is known after the first run, which
            fetches the reusable action.
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Image(props: {
  readonly image: StudyImage;
  readonly name: string;
  readonly update: ImageUpdate | null;
  readonly onPull: () => void;
  readonly onStop: () => void;
}) {
  const {image, name, update, onPull, onStop} = props;
  const now = useNow(60_000);
  const pull = useDeskState((state) => state.imagePulls.find((each) => each.image === image.image));
  const isPulled = pull?.state === 'under-way';
  return (
    <li className={styles.image} aria-label={name}>
      <p className={styles.head}>
        <Dot tone={image.present ? 'ok' : 'stale'} />
        <code>{name}</code>
        <span className={styles.dim}>
          needed by {formatPlural(image.neededBy.length, 'action')}
        </span>
      </p>
      <div className={styles.state}>
        <p>{stateWords(image, update, now)}</p>
        {isPulled ? (
          <Button onClick={onStop}>Stop</Button>
        ) : (
          (!image.present || update?.state === 'newer') && (
            <Button onClick={onPull}>{image.present ? 'Download update' : 'Download'}</Button>
          )
        )}
      </div>
      {image.digest !== null && <code className={styles.digest}>{image.digest}</code>}
      {pull !== undefined && <Pull pull={pull} name={name} />}
    </li>
  );
}

function Pull({pull, name}: {readonly pull: ImagePull; readonly name: string}) {
  const {progress, state, error} = pull;
  if (state === 'failed' && error !== null) return <ErrorCallout error={error} />;
  if (state === 'stopped')
    return <p className={styles.dim}>Stopped. The engine may have to start again.</p>;
  if (state === 'done') return null;
  const {downloadedBytes, totalBytes, phase} = progress;
  return (
    <div className={styles.pull}>
      <Progress label={`Download of ${name}`} done={downloadedBytes} total={totalBytes} />
      <span className={styles.dim}>
        {phase === 'resolving'
          ? 'Asking the registry…'
          : `${formatBytes(downloadedBytes)}${totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`}${phase === 'extracting' ? ', unpacking' : ''}`}
      </span>
    </div>
  );
}

function stateWords(image: StudyImage, update: ImageUpdate | null, now: Date): string {
  const parts = image.present
    ? [
        'Installed',
        ...(image.sizeBytes === null ? [] : [formatBytes(image.sizeBytes)]),
        ...(image.createdAt === null ? [] : [`built ${formatWhen(image.createdAt, now)}`]),
      ]
    : ['Not downloaded'];
  if (image.emulated) parts.push('built for another processor: emulated, slow');
  switch (update?.state) {
    case 'newer':
      parts.push('update available');
      break;
    case 'up-to-date':
      parts.push('up to date');
      break;
    case 'unknown':
      parts.push('could not check for updates');
      break;
    case 'not-here':
      if (update.downloadBytes !== null)
        parts.push(`${formatBytes(update.downloadBytes)} to download`);
      break;
    case undefined:
      break;
  }
  return parts.join(' · ');
}

/** Lists the images anew whenever a download has ended. */
function useImages() {
  const {host, store} = useDesk();
  /** What the registry answered about each that it was asked for. */
  const [updates, setUpdates] = useState<ReadonlyMap<string, ImageUpdate>>(new Map());
  const [failed, setError] = useState<AppError | null>(null);
  const [round, setRound] = useState(0);
  const [done, setDone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ended = useDeskState((state) =>
    state.imagePulls
      .filter((pull) => pull.state !== 'under-way')
      .map(({image, state: how}) => `${image} ${how}`)
      .join(),
  );

  const [answer] = useAnswer('images:list', {}, `${round} ${ended}`);
  const listing = answer?.ok === true ? answer.value : null;
  const error = failed ?? (answer?.ok === false ? answer.error : null);
  useEffect(() => {
    void host.request('images:pulls', {}).then((answer) => {
      if (answer.ok) store.setState({imagePulls: answer.value});
    });
  }, [host, store]);

  /** Does one thing, and shows how it went. */
  async function perform<T>(
    ask: () => Promise<Result<T, AppError>>,
    words: (value: T) => string | null,
  ): Promise<void> {
    setBusy(true);
    setError(null);
    setDone(null);
    const answer = await ask();
    setBusy(false);
    if (answer.ok) setDone(words(answer.value));
    else setError(answer.error);
    setRound(round + 1);
  }

  const names = (listing?.images ?? []).map(({image}) => image);
  return {
    ...{listing, updates, error, done, busy},
    pull(images: readonly string[]) {
      setError(null);
      void host.request('images:pull', {images: [...images]});
    },
    stop: (image: string) => void host.request('images:stopPull', {image}),
    check: () =>
      void perform(
        () => host.request('images:newest', {images: names}),
        (found) => {
          setUpdates(new Map(found.map((each) => [each.image, each])));
          return found.some(({state}) => state === 'newer') ? null : 'No updates found.';
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
