import {useState} from 'react';
import type {AppError} from '../../shared/errors';
import {nameFault, type Renaming} from '../../shared/projectEdit';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask} from '../state/ask';
import {useDesk, useDeskState, type Desk} from '../state/deskStore';
import {isUnsaved, PROJECT_FILE, unsavedIn} from '../state/drafts';
import {selectAction} from '../state/selection';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import {EditPreviewView} from './EditPreview';

const NONE: readonly string[] = [];

interface NewName {
  readonly from: string;
  readonly to: string;
}

/** Renames an action everywhere; the error where that was refused. */
async function rename(desk: Desk, names: NewName): Promise<AppError | null> {
  const {host, store} = desk;
  if (isUnsaved(store.getState())) return unsavedIn(PROJECT_FILE);
  const renamed = await host.request('project:rename', names);
  if (!renamed.ok) return renamed.error;
  const overrides = await ask(desk, 'plan:overrides', {});
  store.setState({study: renamed.value, ...(overrides === undefined ? {} : {overrides})});
  selectAction(store, names.to);
  return null;
}

/** Gives an action another name: the name, then what it changes, then the change, which can be undone. */
export function RenameDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const names = useDeskState((state) => state.study?.graph?.names ?? NONE);
  const [name, setName] = useState(action);
  const [preview, setPreview] = useState<Renaming | null>(null);
  const [step, setStep] = useState<'asking' | 'working' | 'done'>('asking');
  const [error, setError] = useState<AppError | null>(null);
  const fault = name === action || name === '' ? null : nameFault(name, names);
  const canBe = name !== action && name !== '' && fault === null;

  const look = async (): Promise<void> => {
    if (!canBe) return;
    const answer = await desk.host.request('project:previewRename', {from: action, to: name});
    setError(answer.ok ? null : answer.error);
    setPreview(answer.ok ? answer.value : null);
  };
  const carryOut = async (order: NewName, then: () => void): Promise<void> => {
    setStep('working');
    const refused = await rename(desk, order);
    setError(refused);
    setStep(refused === null ? 'done' : step);
    if (refused === null) then();
  };
  const write = () => carryOut({from: action, to: name}, () => undefined);
  const undo = () => carryOut({from: name, to: action}, onClose);

  const footer =
    step === 'done' ? (
      <>
        <Button onClick={() => void undo()}>Undo</Button>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </>
    ) : preview === null ? (
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" disabled={!canBe} onClick={() => void look()}>
          Show the change…
        </Button>
      </>
    ) : (
      <>
        <Button onClick={() => setPreview(null)}>Back</Button>
        <Button look="primary" disabled={step === 'working'} onClick={() => void write()}>
          Rename
        </Button>
      </>
    );
  return (
    <Dialog
      title={step === 'done' ? `${action} is now ${name}` : `Rename ${action}`}
      width={preview === null ? 'narrow' : 'wide'}
      onClose={onClose}
      footer={footer}
    >
      <ErrorCallout error={error} />
      {preview === null ? (
        <Field
          data-autofocus
          label="New name"
          value={name}
          error={fault ?? undefined}
          hint="Letters, digits, _ and -"
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void look();
          }}
        />
      ) : (
        <>
          <p>{carriedWords(preview.carried, step === 'done')}</p>
          {step !== 'done' && <EditPreviewView preview={preview.change} />}
        </>
      )}
    </Dialog>
  );
}

function carriedWords(carried: readonly string[], isDone: boolean): string {
  if (carried.length === 0) return 'Nothing else is kept under this name.';
  return `${isDone ? 'Kept' : 'Keeps'} under the new name: ${carried.join(', ')}.`;
}
