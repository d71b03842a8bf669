import {useDesk, useDeskState} from '../state/deskStore';
import {closeStudy, openStudy} from '../state/openStudy';
import {changedOnDisk, saveDraft, type Leaving} from '../state/projectDraft';
import {leavingReading} from '../state/sides';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';

/** Asks what becomes of changes to project.yaml before they would be lost. */
export function UnsavedDialog(props: {readonly leaving: Leaving; readonly onClose: () => void}) {
  const {leaving, onClose} = props;
  const desk = useDesk();
  const elsewhere = useDeskState(changedOnDisk);
  const leave = async (saves: boolean) => {
    onClose();
    if (saves && !(await saveDraft(desk))) return;
    desk.store.setState({projectDraft: null});
    if (leaving.kind === 'open') await openStudy(desk, leaving.dir);
    else if (leaving.kind === 'study') await closeStudy(desk);
    else desk.store.setState(leavingReading);
  };
  return (
    <Dialog
      title="project.yaml has unsaved changes"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void leave(false)}>Discard changes</Button>
          <Button onClick={onClose}>Keep editing</Button>
          <Button
            look="primary"
            data-autofocus
            disabled={elsewhere}
            onClick={() => void leave(true)}
          >
            Save
          </Button>
        </>
      }
    >
      <p>
        {elsewhere
          ? 'The file was also changed on disk: keep editing to compare and choose.'
          : 'Discarded changes can’t be recovered.'}
      </p>
    </Dialog>
  );
}
