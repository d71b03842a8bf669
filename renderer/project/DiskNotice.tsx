import {CircleAlert} from 'lucide-react';
import {useState} from 'react';
import {useDesk, useDeskState} from '../state/deskStore';
import {changedOnDisk, keepingMine, loadingDisk, textOnDisk} from '../state/drafts';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Notice} from '../ui/Notice';
import {TextChange} from './EditPreview';

/** Says that somebody else has saved the file, and offers both. */
export function DiskNotice({path}: {readonly path: string}) {
  const {store} = useDesk();
  const elsewhere = useDeskState((state) => changedOnDisk(state, path));
  const onDisk = useDeskState((state) => textOnDisk(state, path));
  const base = useDeskState((state) => state.drafts.get(path)?.base ?? null);
  const [shown, setShown] = useState(false);
  if (!elsewhere) return null;
  const gone = onDisk === null;
  return (
    <>
      <Notice
        role="alert"
        tone="stale"
        icon={<CircleAlert size={16} />}
        actions={
          <>
            <Button onClick={() => setShown(true)}>Show change</Button>
            {!gone && (
              <Button
                tip="Replaces your text with the file on disk; can be undone"
                onClick={() => store.setState((state) => loadingDisk(state, path))}
              >
                Load from disk
              </Button>
            )}
            <Button
              tip="Saving will replace the file on disk with your text"
              onClick={() => store.setState((state) => keepingMine(state, path))}
            >
              Keep mine
            </Button>
          </>
        }
      >
        {path} was {gone ? 'deleted' : 'changed'} on disk. Nothing is saved until you choose.
      </Notice>
      {shown && (
        <Dialog title="What was changed on disk" width="wide" onClose={() => setShown(false)}>
          <TextChange name={path} before={base ?? ''} after={onDisk ?? ''} />
        </Dialog>
      )}
    </>
  );
}
