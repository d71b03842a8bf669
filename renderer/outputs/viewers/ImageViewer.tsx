import {useEffect, useState} from 'react';
import {Button} from '../../ui/Button';
import styles from '../OutputViewer.module.css';
import type {ViewerProps} from './viewerProps';

/** A picture, fitted into the window or at its full size. */
export function ImageViewer(props: ViewerProps<'image'>) {
  const {bytes, mediaType} = props.content;
  const [fit, setFit] = useState(true);
  const [url, setUrl] = useState<string | null>(null);
  const [size, setSize] = useState<string | null>(null);
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: mediaType}));
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [bytes, mediaType]);
  return (
    <>
      <p className={styles.note}>
        {size ?? 'Image'}
        <Button look="link" onClick={() => setFit(!fit)}>
          {fit ? 'Show at full size' : 'Fit to the window'}
        </Button>
      </p>
      <div className={styles.picture} data-fit={fit} tabIndex={0} role="group" aria-label="Image">
        {url !== null && (
          <img
            src={url}
            alt={props.path}
            onLoad={(event) =>
              setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)
            }
          />
        )}
      </div>
    </>
  );
}
