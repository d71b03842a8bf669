import {Save, SquarePen} from 'lucide-react';
import type {ReactNode} from 'react';
import {keysOf} from '../commands/keys';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {changedOnDisk, closingFile, isUnsaved, saveDraft} from '../state/drafts';
import {openInEditorWords} from '../state/settings';
import {Button} from '../ui/Button';
import {Name} from '../ui/Name';
import {ViewHead} from '../ui/ViewHead';

/** The bar over a file of the study: its name, what it is shown as, what can be done with it, and the way out. */
export function FileBar(props: {
  readonly path: string;
  readonly mark: ReactNode;
  readonly note: ReactNode;
  /** The line (from 1) that another editor is opened at. */
  readonly lineNow: () => number | null;
  readonly children?: ReactNode;
}) {
  const {path, mark, note, lineNow, children} = props;
  const desk = useDesk();
  const openWords = useDeskState(openInEditorWords);
  return (
    <ViewHead
      mark={mark}
      title={<Name name={path} />}
      tip={path}
      note={<span role="status">{note}</span>}
      closeLabel="Close the file"
      onClose={() => desk.store.setState(closingFile)}
    >
      {children}
      <Button
        icon={<SquarePen />}
        onClick={() => void ask(desk, 'project:openInEditor', {path, line: lineNow()})}
      >
        {openWords}
      </Button>
    </ViewHead>
  );
}

/** Saves what was typed into a file; not while another program has changed it. */
export function SaveButton({path}: {readonly path: string}) {
  const desk = useDesk();
  const unsaved = useDeskState((state) => isUnsaved(state, path));
  const elsewhere = useDeskState((state) => changedOnDisk(state, path));
  return (
    <Button
      icon={<Save />}
      look={unsaved ? 'primary' : 'default'}
      keys={keysOf('save-file')}
      disabled={!unsaved || elsewhere}
      onClick={() => void saveDraft(desk, path)}
    >
      Save
    </Button>
  );
}
