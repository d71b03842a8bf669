import type {
  CodelistCheck,
  CodelistPreview,
  CodelistProblem,
  CodelistSummary,
  CodelistUpdate,
} from '../codelist';
import {ofStudy} from './request';
import {listOf, name} from './schemas';

/** The codelists of the study. The server is asked by `check` and `preview` alone. */
export const codelistRequests = {
  /** Every list with its state and what is odd about it. */
  list: ofStudy({}).answers<readonly CodelistSummary[]>('text'),
  /** What is wrong with codelists.txt and codelists.json. */
  problems: ofStudy({}).answers<readonly CodelistProblem[]>(),
  /** Whether the lists are as listed, unchanged, and as the server has them; null where there is no folder. */
  check: ofStudy({}).answers<CodelistCheck | null>(),
  /** Downloads all lists, those with these ids, or the one of an address to be added; nothing is written. */
  preview: ofStudy({
    only: listOf(name).nullable(),
    add: name.nullable(),
  }).answers<CodelistPreview>('text'),
  /** Writes what was previewed last, all or nothing. */
  update: ofStudy({id: name}).answers<CodelistUpdate>(),
  /** Takes the last update back; answers the files that are as before. Refused where one has changed since. */
  undo: ofStudy({}).answers<readonly string[]>(),
};
