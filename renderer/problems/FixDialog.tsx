import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {EditPreview} from '../../shared/ipc/contract';
import type {QuickFix} from '../../shared/problem';
import {ErrorWords} from '../errors/ErrorWords';
import {applyEdits} from '../project/applyEdits';
import {EditPreviewView} from '../project/EditPreviewView';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Callout} from '../ui/Section';

/** A quick fix as a diff, before it is written into project.yaml. */
export function FixDialog(props: {readonly fix: QuickFix; readonly onClose: () => void}) {
  const {fix, onClose} = props;
  const desk = useDesk();
  const [preview, setPreview] = useState<EditPreview | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    const revision = desk.store.getState().study?.revision ?? 0;
    void desk.host.request('project:preview-fix', {revision, edits: fix.edits}).then((answer) => {
      if (answer.ok) setPreview(answer.value);
      else setError(answer.error);
    });
  }, [desk, fix]);

  const apply = async () => {
    if (preview !== null) await applyEdits(desk, preview);
    onClose();
  };
  return (
    <Dialog
      title={plainWords(fix.title)}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={preview === null}
            data-autofocus
            onClick={() => void apply()}
          >
            Write to project.yaml
          </Button>
        </>
      }
    >
      {error !== null ? (
        <Callout tone="fail">
          <ErrorWords error={error} />
        </Callout>
      ) : preview === null ? (
        <p>Comparing…</p>
      ) : (
        <EditPreviewView preview={preview} />
      )}
    </Dialog>
  );
}

function plainWords(text: string): string {
  return text.replaceAll('`', '');
}
