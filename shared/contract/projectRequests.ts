import * as z from 'zod';
import type {Problem} from '../problem';
import type {EditPreview, Renaming} from '../projectEdit';
import type {Repeating} from '../repeat';
import type {GitState} from '../run';
import type {CodeFile, SampleFile, StudySnapshot} from '../study';
import {ofApp, ofStudy, ofWindow} from './request';
import {count, edits, folder, name, newAction, repeat, studyPath, text} from './schemas';

/** The study as its folder and its project.yaml show it, and changes to that file. */
export const projectRequests = {
  open: ofApp({dir: folder}).answers<StudySnapshot>('study-text'),
  /** A study that is likely to be opened next: it is read ahead. */
  expect: ofApp({dir: folder}).answers<null>(),
  close: ofApp({}).answers<null>(),
  reload: ofStudy({}).answers<StudySnapshot>('study-text'),
  git: ofStudy({}).answers<GitState | null>(),
  previewFix: ofStudy({revision: count, edits}).answers<EditPreview>(),
  previewAdd: ofStudy({revision: count, action: newAction}).answers<EditPreview>(),
  apply: ofStudy({revision: count, edits}).answers<StudySnapshot>('study-text'),
  /** One action made into several, one for each value of a parameter; applied and undone as any other change. */
  previewRepeat: ofStudy({revision: count, repeat}).answers<Repeating>(),
  /** An option of an action that runs ehrQL, given or changed. */
  previewOption: ofStudy({
    revision: count,
    action: name,
    option: z.enum(['--dummy-tables', '--test-data-file']),
    value: studyPath,
  }).answers<EditPreview>(),
  previewRename: ofStudy({from: name, to: name}).answers<Renaming>(),
  /** Renames an action in project.yaml, and in all that is kept of it. */
  rename: ofStudy({from: name, to: name}).answers<StudySnapshot>('study-text'),
  /** What `project:addSample` would write, and what it would leave as it is. */
  sampleFiles: ofStudy({}).answers<readonly SampleFile[]>(),
  /** Makes a study of a folder without project.yaml, from the sample. */
  addSample: ofStudy({}).answers<StudySnapshot>('study-text'),
  /** What would be wrong with another text of project.yaml. */
  check: ofStudy({text}).answers<readonly Problem[]>('text'),
  /** Files with changes in the window that are not written: asked about before it closes. */
  noteUnsaved: ofApp({paths: z.array(studyPath).readonly()}).answers<null>(),
  /** A script or another text of the study, as it is now. */
  readCode: ofStudy({path: studyPath}).answers<CodeFile>(),
  /** Writes a script anew, where it is still `before` on disk; null is none. */
  saveCode: ofStudy({path: studyPath, before: text.nullable(), after: text}).answers<CodeFile>(),
  openInEditor: ofWindow({
    path: studyPath,
    line: z.int().min(1).nullable(),
  }).answers<null>(),
  showInFolder: ofWindow({path: studyPath}).answers<null>(),
};
