import {useEffect, useEffectEvent, useState} from 'react';
import {formatBytes, formatPlural} from '../../shared/format';
import type {ClearPreview} from '../../shared/preview';
import {visibleText} from '../../shared/visibleText';
import {ask} from '../state/ask';
import {flipped, useDesk} from '../state/deskStore';
import {loadOutputs} from '../state/openStudy';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import styles from './ClearOutputsDialog.module.css';

/** Files no action produces any more: shown with their sizes before anything goes. */
export function ClearOutputsDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const [preview, setPreview] = useState<ClearPreview | null>(null);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const [clearing, setClearing] = useState(false);

  const giveUp = useEffectEvent(onClose);
  useEffect(() => {
    void ask(desk, 'outputs:previewClear', {}).then((answer) => {
      if (answer === undefined) giveUp();
      else setPreview(answer);
    });
  }, [desk]);

  const going = preview?.files.filter((file) => !kept.has(file.path)) ?? [];
  const bytes = going.reduce((sum, file) => sum + file.size, 0);
  const clear = async () => {
    setClearing(true);
    await ask(desk, 'outputs:clear', {paths: going.map((file) => file.path)});
    onClose();
    await loadOutputs(desk);
  };

  return (
    <Dialog
      title="Clear outputs no longer produced"
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{preview?.files.length === 0 ? 'Close' : 'Keep all'}</Button>
          {preview !== null && preview.files.length > 0 && (
            <Button
              look="primary"
              disabled={going.length === 0 || clearing}
              onClick={() => void clear()}
            >
              Delete {formatPlural(going.length, 'file')}, {formatBytes(bytes)}
            </Button>
          )}
        </>
      }
    >
      {preview === null ? (
        <p>Looking for files…</p>
      ) : preview.files.length === 0 ? (
        <p>Every output still belongs to an action.</p>
      ) : (
        <>
          <p className={styles.intro}>
            The actions or patterns that made these files are no longer in project.yaml. The files
            will be deleted from the disk; untick any you want to keep.
          </p>
          <ul className={styles.files}>
            {preview.files.map((file) => (
              <li key={file.path}>
                <label className={styles.file}>
                  <input
                    type="checkbox"
                    checked={!kept.has(file.path)}
                    onChange={() => setKept(flipped(kept, file.path))}
                  />
                  <span className={styles.path}>{visibleText(file.path)}</span>
                  <span className={styles.detail}>{file.action}</span>
                  <span className={styles.detail}>{formatBytes(file.size)}</span>
                </label>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
