import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {viewRequests} from '../../../shared/contract/viewRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {err, ok} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {readRegularFile} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {StudyState} from '../studyState';

/** View choices of the window, kept with the study and opaque to the host. */
export type ViewFacet = FacetOf<typeof viewRequests>;

/** Creates it for a study. */
export function createViewFacet({folder}: StudyState): ViewFacet {
  return {
    async load() {
      try {
        return ok((await readRegularFile(folder.view)).toString('utf8'));
      } catch (error) {
        return systemErrorCode(error) === 'ENOENT'
          ? ok(null)
          : err(fileSystemError('The view of this study could not be read.', error));
      }
    },
    async save({json}) {
      const made = await prepareStudyFolder(folder);
      if (!made.ok) return made;
      try {
        await mkdir(dirname(folder.view), {recursive: true});
        await writeFileAtomically(folder.view, json);
        return ok(null);
      } catch (error) {
        return err(fileSystemError('The view of this study could not be saved.', error));
      }
    },
  };
}
