import {Minus, Plus} from 'lucide-react';
import {useEffect, useState} from 'react';
import {Button, IconButton} from '../../ui/Button';
import {Tabs} from '../../ui/Tabs';
import styles from '../OutputViewer.module.css';
import own from './Viewers.module.css';
import type {ViewerProps} from './viewerProps';

const GROUNDS = [
  {id: 'white', label: 'White'},
  {id: 'checked', label: 'Chequered', tip: 'Shows transparent areas'},
  {id: 'black', label: 'Black'},
] as const;

const ZOOM = {least: 0.1, most: 16, step: 1.25};

/** A picture, fitted into the window or at any size, on a ground of choice. */
export function ImageViewer(props: ViewerProps<'image'>) {
  const {bytes, mediaType} = props.content;
  /** Null fits it into the window. */
  const [zoom, setZoom] = useState<number | null>(null);
  const [ground, setGround] = useState<(typeof GROUNDS)[number]['id']>('white');
  const [url, setUrl] = useState<string | null>(null);
  const [size, setSize] = useState<{readonly width: number; readonly height: number} | null>(null);
  const [damaged, setDamaged] = useState(false);
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: mediaType}));
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [bytes, mediaType]);

  const zoomBy = (factor: number): void =>
    setZoom((before) => Math.min(ZOOM.most, Math.max(ZOOM.least, (before ?? 1) * factor)));
  const onKey = (key: string): boolean => {
    if (key === '+' || key === '=') zoomBy(ZOOM.step);
    else if (key === '-') zoomBy(1 / ZOOM.step);
    else if (key === '0') setZoom(null);
    else if (key === '1') setZoom(1);
    else return false;
    return true;
  };
  return (
    <>
      <div className={styles.note}>
        <span role="status">
          {damaged
            ? 'This picture is damaged'
            : size === null
              ? 'Picture'
              : `${size.width} × ${size.height}`}
          {zoom !== null && ` · ${Math.round(zoom * 100)} %`}
        </span>
        <IconButton
          icon={<Minus />}
          label="Zoom out"
          keys="-"
          onClick={() => zoomBy(1 / ZOOM.step)}
        />
        <IconButton icon={<Plus />} label="Zoom in" keys="+" onClick={() => zoomBy(ZOOM.step)} />
        <Button look="link" disabled={zoom === null} keys="0" onClick={() => setZoom(null)}>
          Fit to window
        </Button>
        <Button look="link" disabled={zoom === 1} keys="1" onClick={() => setZoom(1)}>
          Actual size
        </Button>
        <Tabs
          look="boxed"
          label="Background"
          panelId="picture"
          items={GROUNDS}
          selected={ground}
          onSelect={setGround}
        />
      </div>
      <div
        id="picture"
        className={own.picture}
        data-fit={zoom === null}
        tabIndex={0}
        role="group"
        aria-label="Picture"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onWheel={(event) => {
          if (event.ctrlKey) zoomBy(event.deltaY < 0 ? ZOOM.step : 1 / ZOOM.step);
        }}
      >
        {url !== null && (
          <img
            src={url}
            alt={props.path}
            data-ground={ground}
            style={zoom === null || size === null ? undefined : {width: size.width * zoom}}
            onLoad={({currentTarget: image}) =>
              setSize({width: image.naturalWidth, height: image.naturalHeight})
            }
            onError={() => setDamaged(true)}
          />
        )}
      </div>
    </>
  );
}
