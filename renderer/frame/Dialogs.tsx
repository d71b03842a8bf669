import type {ReactNode} from 'react';
import {BegunDialog, CloneStudyDialog, FollowDialog, NewStudyDialog} from '../dialogs/BeginDialog';
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
import {SinceRunDialog} from '../project/SinceRunDialog';
import {RenameDialog} from '../project/RenameDialog';
import {UnsavedDialog} from '../project/UnsavedDialog';
import {useDesk, useDeskState} from '../state/deskStore';
import type {DialogView} from '../state/viewState';
import {lazyPart} from '../ui/lazyPart';

/** The dialogs that need nothing but to be closed; those behind `lazy` are read when they are first asked for. */
const DIALOGS = {
  settings: SettingsDialog,
  keys: KeySheet,
  palette: Palette,
  'new-study': NewStudyDialog,
  'clone-study': CloneStudyDialog,
  'follow-elsewhere': FollowDialog,
  'add-sample': AddSampleDialog,
  'clear-outputs': ClearOutputsDialog,
  'run-share': RunShareDialog,
  stop: StopDialog,
  restore: RestoreDialog,
  engines: lazyPart(() => import('../dialogs/EnginesDialog'), 'EnginesDialog'),
  images: lazyPart(() => import('../dialogs/ImagesDialog'), 'ImagesDialog'),
  'clean-up': lazyPart(() => import('../dialogs/CleanUpDialog'), 'CleanUpDialog'),
  tools: lazyPart(() => import('../dialogs/ToolsDialog'), 'ToolsDialog'),
  help: lazyPart(() => import('../dialogs/HelpDialog'), 'HelpDialog'),
  news: lazyPart(() => import('../dialogs/HelpDialog'), 'NewsDialog'),
  doctor: lazyPart(() => import('../dialogs/DoctorDialog'), 'DoctorDialog'),
  'job-queue': lazyPart(() => import('../dialogs/JobQueueDialog'), 'JobQueueDialog'),
  updates: lazyPart(() => import('../dialogs/UpdateDialog'), 'UpdateDialog'),
  ready: lazyPart(() => import('../project/ReadyDialog'), 'ReadyDialog'),
  'add-action': lazyPart(() => import('../project/AddActionDialog'), 'AddActionDialog'),
} as const;

const MakeTablesDialog = lazyPart(
  () => import('../inspector/dataset/MakeTablesDialog'),
  'MakeTablesDialog',
);
const SupplyDialog = lazyPart(() => import('../outputs/SupplyDialog'), 'SupplyDialog');
const MoveImageDialog = lazyPart(() => import('../project/MoveImageDialog'), 'MoveImageDialog');
const RepeatDialog = lazyPart(() => import('../project/RepeatDialog'), 'RepeatDialog');

/** The dialog that is open, if any. */
export function Dialogs() {
  const {store} = useDesk();
  const dialog = useDeskState((state) => state.dialog);
  if (dialog === null) return null;
  return shown(dialog, () => store.setState({dialog: null}));
}

function shown(dialog: DialogView, close: () => void): ReactNode {
  switch (dialog.kind) {
    case 'unsaved':
      return <UnsavedDialog leaving={dialog.leaving} onClose={close} />;
    case 'give-up':
      return <GiveUpDialog runId={dialog.runId} onClose={close} />;
    case 'causes':
      return <CausesDialog runId={dialog.runId} onClose={close} />;
    case 'rename':
      return <RenameDialog action={dialog.action} onClose={close} />;
    case 'make-tables':
      return <MakeTablesDialog action={dialog.action} onClose={close} />;
    case 'repeat':
      return <RepeatDialog action={dialog.action} onClose={close} />;
    case 'move-image':
      return <MoveImageDialog action={dialog.action} onClose={close} />;
    case 'override':
      return <OverrideDialog action={dialog.action} onClose={close} />;
    case 'mark-up-to-date':
      return <MarkDialog actions={dialog.actions} onClose={close} />;
    case 'changes':
      return <ChangesDialog action={dialog.action} path={dialog.path} onClose={close} />;
    case 'begun':
      return <BegunDialog isNew={dialog.isNew} notices={dialog.notices} onClose={close} />;
    case 'supply':
      return <SupplyDialog action={dialog.action} onClose={close} />;
    case 'since-run':
      return <SinceRunDialog action={dialog.action} onClose={close} />;
    default: {
      const Shown = DIALOGS[dialog.kind];
      return <Shown onClose={close} />;
    }
  }
}
