import type {CodelistProblem, CodelistSummary} from '../codelist';
import {ofStudy} from './request';

/** The codelists of the study. The server is asked only where a request says so. */
export const codelistRequests = {
  /** Every list with its state and what is odd about it. */
  list: ofStudy({}).answers<readonly CodelistSummary[]>('text'),
  /** What is wrong with codelists.txt and codelists.json. */
  problems: ofStudy({}).answers<readonly CodelistProblem[]>(),
};
