import {unsavedWords} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {
  changedOnDisk,
  codePath,
  discarding,
  saveDrafts,
  unsavedPaths,
  type Leaving,
} from '../state/drafts';
import {closeStudy, openStudy} from '../state/openStudy';
import {leavingReading} from '../state/sides';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';

/** Asks what becomes of changes to code files before they would be lost, or before a run that would not use them. */
export function UnsavedDialog(props: {readonly leaving: Leaving; readonly onClose: () => void}) {
  const {leaving, onClose} = props;
  const desk = useDesk();
  const runs = leaving.kind === 'run';
  const open = useDeskState(codePath);
  const all = useDeskState(unsavedPaths);
  const paths = leaving.kind === 'file' ? all.filter((path) => path === open) : all;
  const elsewhere = useDeskState((state) => paths.find((path) => changedOnDisk(state, path)));
  const leave = async (saves: boolean) => {
    onClose();
    if (saves && !(await saveDrafts(desk, paths))) return;
    if (runs) return leaving.start();
    desk.store.setState((state) =>
      discarding(state, leaving.kind === 'file' ? (open ?? '') : undefined),
    );
    if (leaving.kind === 'open') await openStudy(desk, leaving.dir);
    else if (leaving.kind === 'study') await closeStudy(desk);
    else desk.store.setState(leavingReading);
  };
  return (
    <Dialog
      title={unsavedWords(paths).slice(0, -1)}
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void leave(false)}>
            {runs ? 'Run what is on disk' : 'Discard changes'}
          </Button>
          <Button onClick={onClose}>Keep editing</Button>
          <Button
            look="primary"
            data-autofocus
            disabled={elsewhere !== undefined}
            onClick={() => void leave(true)}
          >
            {runs ? 'Save and run' : 'Save'}
          </Button>
        </>
      }
    >
      <p>
        {elsewhere !== undefined
          ? `${elsewhere} was also changed on disk: keep editing to compare and choose.`
          : runs
            ? 'A run uses the files on disk. Changes that are not saved stay in the window.'
            : 'Discarded changes can’t be recovered.'}
      </p>
    </Dialog>
  );
}
