import * as z from 'zod';
import type {
  CodelistCheck,
  CodelistCommit,
  CodelistContent,
  CodelistFinds,
  CodelistPreview,
  CodelistProblem,
  CodelistSummary,
  CodelistUpdate,
} from '../codelist';
import {ofStudy} from './request';
import {fileName, listOf, name, studyPath, text} from './schemas';

/** The codelists of the study. The server is asked by `check` and `preview` alone. */
export const codelistRequests = {
  /** Every list with its state and what is odd about it. */
  list: ofStudy({}).answers<readonly CodelistSummary[]>('text'),
  /** The files of all lists, which are not read. */
  names: ofStudy({}).answers<readonly string[]>('text'),
  /** A list row by row, as it is, as it was before the last update, or as a commit has it. */
  read: ofStudy({
    file: studyPath,
    version: z.string().regex(/^(?:now|earlier|[0-9a-f]{40,64})$/),
  }).answers<CodelistContent>('text'),
  /** The latest commits that changed a list. */
  commits: ofStudy({file: studyPath}).answers<readonly CodelistCommit[]>('text'),
  /** The rows of all lists that hold a text. */
  search: ofStudy({text: name}).answers<CodelistFinds>('text'),
  /** Writes a list of your own, with where it comes from beside it; answers its path. Never over another file. */
  make: ofStudy({name: fileName, text, origin: text}).answers<string>(),
  /** What is wrong with codelists.txt and codelists.json. */
  problems: ofStudy({}).answers<readonly CodelistProblem[]>(),
  /** Whether the lists are as listed, unchanged, and as the server has them; null where there is no folder. */
  check: ofStudy({}).answers<CodelistCheck | null>(),
  /** Downloads all lists, those with these ids, one of an address to be added, or another version of one; nothing is written. */
  preview: ofStudy({
    only: listOf(name).nullable(),
    add: name.nullable(),
    version: z.strictObject({from: name, to: name}).nullable(),
  }).answers<CodelistPreview>('text'),
  /** Writes what was previewed last, all or nothing. */
  update: ofStudy({id: name}).answers<CodelistUpdate>(),
  /** Takes the last update back; answers the files that are as before. Refused where one has changed since. */
  undo: ofStudy({}).answers<readonly string[]>(),
};
