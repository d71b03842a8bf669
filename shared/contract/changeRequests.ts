import * as z from 'zod';
import type {BranchSwitch, ChangedText, SinceRun, StudyChanges} from '../change';
import {ofStudy} from './request';
import {listOf, name, studyPath, text} from './schemas';

/** The study's repository. Only `commit`, `discard`, `undoDiscard` and `switchBranch` change anything, and only when asked. */
export const changeRequests = {
  /** Null where the study is in no repository. */
  list: ofStudy({}).answers<StudyChanges | null>('text'),
  text: ofStudy({path: studyPath}).answers<ChangedText>('text'),
  /** Commits these files and no others; `committer` is kept for later commits. Answers the commit's id. */
  commit: ofStudy({
    paths: listOf(studyPath),
    message: text,
    committer: z.strictObject({name, mail: name}).nullable(),
  }).answers<string>(),
  /** Puts files back as the commit has them, and keeps what they were. Waits for nothing: refused while a run works. */
  discard: ofStudy({paths: listOf(studyPath)}).answers<null>(),
  /** Puts back what the latest discard took; answers the files. Refused where one has changed since. */
  undoDiscard: ofStudy({}).answers<readonly string[]>(),
  /** What an action's outputs were made from, and what of it has changed since. */
  sinceRun: ofStudy({action: name}).answers<SinceRun>('text'),
  /** Writes a read-only copy of the study as an action's outputs were made from it; answers its folder. */
  openVersion: ofStudy({action: name}).answers<string>(),
  previewSwitch: ofStudy({branch: name}).answers<BranchSwitch>(),
  /** Refused while a run works. */
  switchBranch: ofStudy({branch: name}).answers<null>(),
};
