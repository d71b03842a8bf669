import * as z from 'zod';
import type {Problem} from '../problem';
import type {EditPreview} from '../projectEdit';
import type {GitState} from '../run';
import type {CodeFile, SampleFile, StudySnapshot} from '../study';
import {request} from './request';
import {count, edits, folder, newAction, studyPath, text} from './schemas';

/** The study as its folder and its project.yaml tell it, and changes to that file. */
export const projectRequests = {
  'project:open': request({dir: folder}).answers<StudySnapshot>('study-text'),
  /** A study that is likely to be opened next: it is read ahead. */
  'project:expect': request({dir: folder}).answers<null>(),
  'project:close': request({}).answers<null>(),
  'project:reload': request({}).answers<StudySnapshot>('study-text'),
  'project:git': request({}).answers<GitState | null>(),
  'project:preview-fix': request({revision: count, edits}).answers<EditPreview>(),
  'project:preview-add': request({revision: count, action: newAction}).answers<EditPreview>(),
  'project:apply': request({revision: count, edits}).answers<StudySnapshot>('study-text'),
  /** What `project:add-sample` would write, and what it would leave as it is. */
  'project:sample-files': request({}).answers<readonly SampleFile[]>(),
  /** Makes a study of a folder without project.yaml, from the sample. */
  'project:add-sample': request({}).answers<StudySnapshot>('study-text'),
  /** What would be wrong with another text of project.yaml. */
  'project:check': request({text}).answers<readonly Problem[]>('text'),
  /** Whether the window holds changes to project.yaml that are not written: asked about before it closes. */
  'project:note-unsaved': request({unsaved: z.boolean()}).answers<null>(),
  /** A script or another text of the study, as it is now. */
  'project:read-code': request({path: studyPath}).answers<CodeFile>(),
  'project:open-in-editor': request({
    path: studyPath,
    line: z.int().min(1).nullable(),
  }).answers<null>(),
  'project:show-in-folder': request({path: studyPath}).answers<null>(),
};
