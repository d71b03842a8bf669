import {lazy, Suspense, type ReactNode} from 'react';
import {KeySheet} from '../dialogs/KeySheet';
import {Palette} from '../dialogs/Palette';
import {GiveUpDialog, StopDialog} from '../dialogs/RunEndDialogs';
import {RunShareDialog} from '../dialogs/RunShareDialog';
import {SettingsDialog} from '../dialogs/SettingsDialog';
import {CausesDialog} from '../failures/CausesDialog';
import {ChangesDialog} from '../inspector/ChangesDialog';
import {OverrideDialog} from '../inspector/Limits';
import {MarkDialog} from '../inspector/MarkDialog';
import {ClearOutputsDialog} from '../outputs/ClearOutputsDialog';
import {RestoreDialog} from '../outputs/Restore';
import {AddSampleDialog} from '../project/AddSampleDialog';
import {UnsavedDialog} from '../project/UnsavedDialog';
import {useDesk, useDeskState} from '../state/deskStore';
import type {DialogView} from '../state/viewState';

const AddActionDialog = lazy(() =>
  import('../project/AddActionDialog').then((module) => ({default: module.AddActionDialog})),
);
const EnginesDialog = lazy(() =>
  import('../dialogs/EnginesDialog').then((module) => ({default: module.EnginesDialog})),
);
const ImagesDialog = lazy(() =>
  import('../dialogs/ImagesDialog').then((module) => ({default: module.ImagesDialog})),
);
const CleanUpDialog = lazy(() =>
  import('../dialogs/CleanUpDialog').then((module) => ({default: module.CleanUpDialog})),
);
const ToolsDialog = lazy(() =>
  import('../dialogs/ToolsDialog').then((module) => ({default: module.ToolsDialog})),
);
const DoctorDialog = lazy(() =>
  import('../dialogs/DoctorDialog').then((module) => ({default: module.DoctorDialog})),
);
const JobQueueDialog = lazy(() =>
  import('../dialogs/JobQueueDialog').then((module) => ({default: module.JobQueueDialog})),
);

/** The dialog that is open, if any. */
export function Dialogs() {
  const {store} = useDesk();
  const dialog = useDeskState((state) => state.dialog);
  if (dialog === null) return null;
  return <Suspense fallback={null}>{shown(dialog, () => store.setState({dialog: null}))}</Suspense>;
}

function shown(dialog: DialogView, close: () => void): ReactNode {
  switch (dialog.kind) {
    case 'settings':
      return <SettingsDialog onClose={close} />;
    case 'keys':
      return <KeySheet onClose={close} />;
    case 'palette':
      return <Palette onClose={close} />;
    case 'engines':
      return <EnginesDialog onClose={close} />;
    case 'images':
      return <ImagesDialog onClose={close} />;
    case 'clean-up':
      return <CleanUpDialog onClose={close} />;
    case 'tools':
      return <ToolsDialog onClose={close} />;
    case 'doctor':
      return <DoctorDialog onClose={close} />;
    case 'job-queue':
      return <JobQueueDialog onClose={close} />;
    case 'add-action':
      return <AddActionDialog onClose={close} />;
    case 'add-sample':
      return <AddSampleDialog onClose={close} />;
    case 'clear-outputs':
      return <ClearOutputsDialog onClose={close} />;
    case 'run-share':
      return <RunShareDialog onClose={close} />;
    case 'stop':
      return <StopDialog onClose={close} />;
    case 'restore':
      return <RestoreDialog onClose={close} />;
    case 'unsaved':
      return <UnsavedDialog leaving={dialog.leaving} onClose={close} />;
    case 'give-up':
      return <GiveUpDialog runId={dialog.runId} onClose={close} />;
    case 'causes':
      return <CausesDialog runId={dialog.runId} onClose={close} />;
    case 'override':
      return <OverrideDialog action={dialog.action} onClose={close} />;
    case 'mark-up-to-date':
      return <MarkDialog actions={dialog.actions} onClose={close} />;
    case 'changes':
      return <ChangesDialog action={dialog.action} path={dialog.path} onClose={close} />;
  }
}
