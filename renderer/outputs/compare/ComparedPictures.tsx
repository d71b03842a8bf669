import {useEffect, useRef, useState} from 'react';
import {NOW, type OutputVersion} from '../../../shared/comparison';
import {formatCount, formatPlural} from '../../../shared/format';
import type {OutputContent} from '../../../shared/output';
import {ErrorWords} from '../../errors/ErrorWords';
import type {AppError} from '../../../shared/errors';
import {useDesk} from '../../state/deskStore';
import {Callout, EmptyState} from '../../ui/Section';
import {Tabs} from '../../ui/Tabs';
import styles from './Compare.module.css';
import {comparePixels, type Picture, type PixelDifference} from './comparePixels';

/** Most dots of a picture that are compared one by one: what a window can hold three times over. */
const MOST_DOTS = 40_000_000;

const WAYS = [
  {id: 'side', label: 'Side by side'},
  {id: 'overlay', label: 'Overlay'},
  {id: 'difference', label: 'Difference'},
] as const;

type Loaded =
  | {readonly kind: 'loading'}
  | {readonly kind: 'failed'; readonly error: AppError}
  | {readonly kind: 'other'; readonly reason: string}
  | {
      readonly kind: 'loaded';
      readonly old: Drawn;
      readonly now: Drawn;
      /** Null where the dots can't be had, or are too many. */
      readonly difference: PixelDifference | null;
    };

interface Drawn {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly picture: Picture | null;
}

/** Two versions of a picture: side by side, one over the other, or what differs dot by dot. */
export function ComparedPictures({
  path,
  old,
}: {
  readonly path: string;
  readonly old: OutputVersion;
}) {
  const {host} = useDesk();
  const [loaded, setLoaded] = useState<Loaded>({kind: 'loading'});
  const [way, setWay] = useState<(typeof WAYS)[number]['id']>('side');

  useEffect(() => {
    let current = true;
    const urls: string[] = [];
    const load = async (): Promise<Loaded> => {
      const drawn: Drawn[] = [];
      for (const version of [old, NOW]) {
        const answer = await host.request('outputs:read-version', {path, version});
        if (!answer.ok) return {kind: 'failed', error: answer.error};
        if (answer.value.kind !== 'image')
          return {kind: 'other', reason: 'One of the versions is no picture that can be shown.'};
        const picture = await draw(answer.value, urls);
        if (picture === null) return {kind: 'other', reason: 'One of the pictures is damaged.'};
        drawn.push(picture);
      }
      const [before, after] = drawn;
      if (before === undefined || after === undefined) return {kind: 'loading'};
      const difference =
        before.picture === null || after.picture === null
          ? null
          : comparePixels(before.picture, after.picture);
      return {kind: 'loaded', old: before, now: after, difference};
    };
    void load().then((found) => {
      if (current) setLoaded(found);
    });
    return () => {
      current = false;
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [host, path, old]);

  if (loaded.kind === 'loading') return <EmptyState title="Comparing…" />;
  if (loaded.kind === 'other')
    return <EmptyState title="The pictures can’t be compared">{loaded.reason}</EmptyState>;
  if (loaded.kind === 'failed')
    return (
      <div className={styles.failed}>
        <Callout tone="fail">
          <ErrorWords error={loaded.error} />
        </Callout>
      </div>
    );
  return (
    <>
      <div className={styles.result}>
        <strong role="status">{pictureWords(loaded)}</strong>
        <Tabs
          look="boxed"
          label="How the pictures are shown"
          panelId="compared-pictures"
          items={loaded.difference === null ? WAYS.slice(0, 2) : WAYS}
          selected={way}
          onSelect={setWay}
        />
      </div>
      <div id="compared-pictures" role="tabpanel" aria-label={way} className={styles.pictures}>
        {way === 'side' && <SideBySide old={loaded.old} now={loaded.now} />}
        {way === 'overlay' && <Overlay old={loaded.old} now={loaded.now} />}
        {way === 'difference' && loaded.difference !== null && (
          <Difference picture={loaded.difference.picture} />
        )}
      </div>
    </>
  );
}

/** How far two pictures differ; never that they don't where that was not looked at. */
function pictureWords({old, now, difference}: Extract<Loaded, {readonly kind: 'loaded'}>): string {
  const size = ({width, height}: Drawn): string => `${width} × ${height}`;
  const resized = size(old) === size(now) ? '' : ` · ${size(old)} became ${size(now)}`;
  if (difference === null) return `The files differ; their dots could not be compared${resized}`;
  const {changed, picture} = difference;
  if (changed === 0) return 'No visible change: only the bytes of the files differ';
  const share = (changed / (picture.width * picture.height)) * 100;
  const percent = share < 0.01 ? 'under 0.01 %' : `${share.toFixed(2)} %`;
  return `${formatPlural(changed, 'dot')} of ${formatCount(picture.width * picture.height)} differ, ${percent}${resized}`;
}

async function draw(
  {bytes, mediaType}: Extract<OutputContent, {readonly kind: 'image'}>,
  urls: string[],
): Promise<Drawn | null> {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: mediaType}));
  urls.push(url);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return null;
  }
  const {naturalWidth: width, naturalHeight: height} = image;
  return {url, width, height, picture: pixelsOf(image, width, height)};
}

/** The dots of an image; null where they are too many, or the page may not have them. */
function pixelsOf(image: HTMLImageElement, width: number, height: number): Picture | null {
  if (width * height === 0 || width * height > MOST_DOTS) return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', {willReadFrequently: true});
  if (context === null) return null;
  context.drawImage(image, 0, 0);
  try {
    return context.getImageData(0, 0, width, height);
  } catch {
    // an SVG with parts of HTML in it is not given away
    return null;
  }
}

function SideBySide({old, now}: {readonly old: Drawn; readonly now: Drawn}) {
  return (
    <div className={styles.side}>
      <figure>
        <img src={old.url} alt="The earlier version" />
        <figcaption>before</figcaption>
      </figure>
      <figure>
        <img src={now.url} alt="The file as it is now" />
        <figcaption>now</figcaption>
      </figure>
    </div>
  );
}

function Overlay({old, now}: {readonly old: Drawn; readonly now: Drawn}) {
  const [share, setShare] = useState(50);
  return (
    <div className={styles.overlay}>
      <label className={styles.slider}>
        before
        <input
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label="How much of the file as it is now is seen"
          onChange={(event) => setShare(Number(event.target.value))}
        />
        now
      </label>
      <div className={styles.over}>
        <img src={old.url} alt="The earlier version" />
        <img src={now.url} alt="The file as it is now" style={{opacity: share / 100}} />
      </div>
    </div>
  );
}

function Difference({picture}: {readonly picture: Picture}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const image = context.createImageData(picture.width, picture.height);
    image.data.set(picture.data);
    context.putImageData(image, 0, 0);
  }, [picture]);
  return (
    <canvas
      ref={canvas}
      width={picture.width}
      height={picture.height}
      role="img"
      aria-label="What differs is marked"
    />
  );
}
