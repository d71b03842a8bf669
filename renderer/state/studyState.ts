import type {CheckProgress, CheckReport} from '../../shared/check';
import type {ImagePull} from '../../shared/images';
import type {OutputsListing} from '../../shared/output';
import type {ReleaseDraft} from '../../shared/release';
import type {GitState} from '../../shared/run';
import type {ActionOverride, OwnSettings} from '../../shared/settings';
import type {Shell} from '../../shared/shell';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import type {CellMarks, CellPlace} from './cellMarks';
import {ALL_FINDINGS, type CheckFilter} from './checkRows';
import type {LastSeen} from './lastSeen';

/** The open study as the host knows it: its actions, outputs and shells, and images downloaded beside its runs. */
export interface StudyState {
  readonly study: StudySnapshot | null;
  /** Folder that is being opened. */
  readonly opening: string | null;
  /** Null once nothing is new since the study was last open, or all of it has been seen. */
  readonly lastSeen: LastSeen | 'reading' | null;
  /** The study's graph has been drawn. */
  readonly graphDrawn: boolean;
  readonly statuses: ReadonlyMap<string, ActionStatus>;
  /** Null before the first answer, and where the study is no git repository. */
  readonly git: GitState | null;
  readonly overrides: Readonly<Record<string, ActionOverride>>;
  /** What was chosen for this study alone. */
  readonly ownSettings: OwnSettings;
  /** Oldest first; those that ended until they are closed. */
  readonly shells: readonly Shell[];
  /** The action a shell is being opened for. */
  readonly shellOpening: string | null;
  /** The shell on screen, where that tab is. */
  readonly shownShell: string | null;
  /** Images downloaded beside any run, and how those downloads ended. */
  readonly imagePulls: readonly ImagePull[];
  /** Null before the first answer. */
  readonly outputs: OutputsListing | null;
  /** What the checks before release found last; null before they were made. */
  readonly checked: CheckReport | null;
  /** The row of findings that was chosen last, by its key; it is shown beside its file. */
  readonly shownFinding: string | null;
  /** Which findings are listed, and walked by key. */
  readonly checkFilter: CheckFilter;
  /** Null while none is under way. */
  readonly checkProgress: CheckProgress | null;
  /** The release draft as far as the user has completed it; null before the first. */
  readonly releaseDraft: ReleaseDraft | null;
  /** Highlighted cells of tables. */
  readonly cellMarks: CellMarks;
  /** A cell that its table is to bring into view, once. */
  readonly cellToShow: CellPlace | null;
}

/** Before anything of a study has arrived. */
export const NO_STUDY: StudyState = {
  study: null,
  opening: null,
  lastSeen: 'reading',
  graphDrawn: false,
  statuses: new Map<string, ActionStatus>(),
  git: null,
  overrides: {},
  ownSettings: {settings: {}, faults: []},
  shells: [],
  shellOpening: null,
  shownShell: null,
  imagePulls: [],
  outputs: null,
  checked: null,
  shownFinding: null,
  checkFilter: ALL_FINDINGS,
  checkProgress: null,
  releaseDraft: null,
  cellMarks: {},
  cellToShow: null,
};
