import type {OutputContent, OutputsListing} from '../output';
import type {ClearPreview} from '../preview';
import {request} from './request';
import {listOf, studyPath} from './schemas';

/** Outputs by tier, their content, and clearing those no longer produced. */
export const outputRequests = {
  'outputs:list': request({}).answers<OutputsListing>('text'),
  'outputs:read': request({path: studyPath}).answers<OutputContent>(),
  'outputs:preview-clear': request({}).answers<ClearPreview>(),
  'outputs:clear': request({paths: listOf(studyPath)}).answers<ClearPreview>(),
};
