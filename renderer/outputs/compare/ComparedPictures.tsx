import {useEffect, useRef, useState} from 'react';
import {NOW, type OutputVersion} from '../../../shared/comparison';
import {ErrorBox} from '../../errors/ErrorWords';
import {useDesk} from '../../state/deskStore';
import {fileNames} from '../../ui/names';
import {EmptyState} from '../../ui/Section';
import {Tabs} from '../../ui/Tabs';
import styles from './Compare.module.css';
import type {Picture} from './comparePixels';
import {loadPictures, pictureWords, type DrawnPicture, type LoadedPictures} from './loadPictures';

const WAYS = [
  {id: 'side', label: 'Side by side'},
  {id: 'overlay', label: 'Overlay'},
  {id: 'difference', label: 'Difference'},
] as const;

/** Two versions of a picture: side by side, one over the other, or what differs dot by dot. */
export function ComparedPictures(props: {readonly path: string; readonly old: OutputVersion}) {
  const {path, old} = props;
  const {host} = useDesk();
  const [loaded, setLoaded] = useState<LoadedPictures | null>(null);
  const [way, setWay] = useState<(typeof WAYS)[number]['id']>('side');

  useEffect(() => {
    let current = true;
    const urls: string[] = [];
    void loadPictures(host, {path, old, now: NOW}, urls).then((found) => {
      if (current) setLoaded(found);
    });
    return () => {
      current = false;
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, [host, path, old]);

  const names = old.kind === 'output' ? fileNames([old.path, path]) : ['before', 'now'];
  if (loaded === null) return <EmptyState title="Comparing…" />;
  if (loaded.kind === 'other')
    return <EmptyState title="The pictures can’t be compared">{loaded.reason}</EmptyState>;
  if (loaded.kind === 'failed') return <ErrorBox error={loaded.error} />;
  return (
    <>
      <div className={styles.result}>
        <strong role="status">{pictureWords(loaded)}</strong>
        <Tabs
          look="boxed"
          label="View"
          panelId="compared-pictures"
          items={loaded.difference === null ? WAYS.slice(0, 2) : WAYS}
          selected={way}
          onSelect={setWay}
        />
      </div>
      <div id="compared-pictures" role="tabpanel" aria-label={way} className={styles.pictures}>
        {way === 'side' && <SideBySide old={loaded.old} now={loaded.now} names={names} />}
        {way === 'overlay' && <Overlay old={loaded.old} now={loaded.now} names={names} />}
        {way === 'difference' && loaded.difference !== null && (
          <Difference picture={loaded.difference.picture} />
        )}
      </div>
    </>
  );
}

/** Two pictures, and what they are called. */
interface TwoPictures {
  readonly old: DrawnPicture;
  readonly now: DrawnPicture;
  readonly names: readonly string[];
}

function SideBySide({old, now, names}: TwoPictures) {
  return (
    <div className={styles.side}>
      <figure>
        <img src={old.url} alt={`Picture ${names[0]}`} />
        <figcaption>{names[0]}</figcaption>
      </figure>
      <figure>
        <img src={now.url} alt={`Picture ${names[1]}`} />
        <figcaption>{names[1]}</figcaption>
      </figure>
    </div>
  );
}

function Overlay({old, now, names}: TwoPictures) {
  const [share, setShare] = useState(50);
  return (
    <div className={styles.overlay}>
      <label className={styles.slider}>
        {names[0]}
        <input
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label={`Opacity of the picture ${names[1]}`}
          onChange={(event) => setShare(Number(event.target.value))}
        />
        {names[1]}
      </label>
      <div className={styles.over}>
        <img src={old.url} alt={`Picture ${names[0]}`} />
        <img src={now.url} alt={`Picture ${names[1]}`} style={{opacity: share / 100}} />
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
      aria-label="Differences marked"
    />
  );
}
