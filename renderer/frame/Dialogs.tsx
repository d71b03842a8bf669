import {lazy, Suspense} from 'react';
import {CausesDialog} from '../failures/CausesDialog';
import {ChangesDialog} from '../inspector/ChangesDialog';
import {OverrideDialog} from '../inspector/Limits';
import {MarkDialog} from '../inspector/MarkDialog';
import {ClearOutputsDialog} from '../outputs/ClearOutputsDialog';
import {RestoreDialog} from '../outputs/Restore';
import {AddSampleDialog} from '../project/AddSampleDialog';
import {UnsavedDialog} from '../project/UnsavedDialog';
import {SettingsDialog} from '../settings/SettingsDialog';
import {useDesk, useDeskState} from '../state/deskStore';
import {GiveUpDialog} from './GiveUpDialog';
import {KeySheet} from './KeySheet';
import {Palette} from './Palette';
import {RunShareDialog} from './RunShareDialog';
import {StopDialog} from './StopDialog';

const AddActionDialog = lazy(() =>
  import('../project/AddActionDialog').then((module) => ({default: module.AddActionDialog})),
);

const EnginesDialog = lazy(() =>
  import('../engines/EnginesDialog').then((module) => ({default: module.EnginesDialog})),
);

const ImagesDialog = lazy(() =>
  import('../images/ImagesDialog').then((module) => ({default: module.ImagesDialog})),
);

const CleanUpDialog = lazy(() =>
  import('../cleanUp/CleanUpDialog').then((module) => ({default: module.CleanUpDialog})),
);

const ToolsDialog = lazy(() =>
  import('../tools/ToolsDialog').then((module) => ({default: module.ToolsDialog})),
);

const DoctorDialog = lazy(() =>
  import('../doctor/DoctorDialog').then((module) => ({default: module.DoctorDialog})),
);

const JobQueueDialog = lazy(() =>
  import('../jobQueue/JobQueueDialog').then((module) => ({default: module.JobQueueDialog})),
);

/** The dialog that is open, if any. */
export function Dialogs() {
  const {store} = useDesk();
  const dialog = useDeskState((state) => state.dialog);
  const close = () => store.setState({dialog: null});
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'settings':
      return <SettingsDialog onClose={close} />;
    case 'keys':
      return <KeySheet onClose={close} />;
    case 'palette':
      return <Palette onClose={close} />;
    case 'engines':
      return (
        <Suspense fallback={null}>
          <EnginesDialog onClose={close} />
        </Suspense>
      );
    case 'images':
      return (
        <Suspense fallback={null}>
          <ImagesDialog onClose={close} />
        </Suspense>
      );
    case 'clean-up':
      return (
        <Suspense fallback={null}>
          <CleanUpDialog onClose={close} />
        </Suspense>
      );
    case 'tools':
      return (
        <Suspense fallback={null}>
          <ToolsDialog onClose={close} />
        </Suspense>
      );
    case 'doctor':
      return (
        <Suspense fallback={null}>
          <DoctorDialog onClose={close} />
        </Suspense>
      );
    case 'job-queue':
      return (
        <Suspense fallback={null}>
          <JobQueueDialog onClose={close} />
        </Suspense>
      );
    case 'add-action':
      return (
        <Suspense fallback={null}>
          <AddActionDialog onClose={close} />
        </Suspense>
      );
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
