import {useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {EditPreview} from '../../shared/projectEdit';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {applyEdits, EditPreviewView} from './EditPreview';
import {NewActionForm} from './NewActionForm';
import {checkDraft, EMPTY_DRAFT, finishedAction} from './newActionDraft';

const NONE: readonly string[] = [];

/** Adds an action to project.yaml: a form, then what it changes, then the change. */
export function AddActionDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const project = useDeskState((state) => state.study?.project ?? null);
  const names = useDeskState((state) => state.study?.graph?.names ?? NONE);
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [preview, setPreview] = useState<EditPreview | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const faults = checkDraft(draft, project);
  const action = finishedAction(draft, faults);

  const look = async () => {
    if (action === null) return;
    const revision = desk.store.getState().study?.revision ?? 0;
    const answer = await desk.host.request('project:previewAdd', {revision, action});
    setError(answer.ok ? null : answer.error);
    setPreview(answer.ok ? answer.value : null);
  };
  const write = async () => {
    if (preview === null || action === null) return;
    if (await applyEdits(desk, preview)) selectAction(desk.store, action.name);
    onClose();
  };
  return (
    <Dialog
      title={preview === null ? 'Add an action' : `Add ${draft.name}`}
      width="wide"
      onClose={onClose}
      footer={
        preview === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="primary"
              disabled={action === null}
              tip={action === null ? 'Needs a name, an image and the path of an output' : undefined}
              onClick={() => void look()}
            >
              Show the change…
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setPreview(null)}>Back</Button>
            <Button look="primary" onClick={() => void write()}>
              Write to project.yaml
            </Button>
          </>
        )
      }
    >
      <ErrorCallout error={error} />
      {preview === null ? (
        <NewActionForm draft={draft} faults={faults} names={names} onChange={setDraft} />
      ) : (
        <EditPreviewView preview={preview} />
      )}
    </Dialog>
  );
}
