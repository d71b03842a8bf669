import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {seenNote} from '../../../shared/contract/schemas';
import type {viewRequests} from '../../../shared/contract/viewRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {err, ok} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {parseJson, readRegularFile} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** View choices of the window, kept with the study and opaque to the host, and what its user has seen of it. */
export type ViewFacet = FacetOf<typeof viewRequests>;

/** Creates it for a study. */
export function createViewFacet({folder}: StudyState): ViewFacet {
  const load = async (path: string): Answer<string | null> => {
    try {
      return ok((await readRegularFile(path)).toString('utf8'));
    } catch (error) {
      return systemErrorCode(error) === 'ENOENT'
        ? ok(null)
        : err(fileSystemError('The view of this study could not be read.', error));
    }
  };
  const save = async (path: string, json: string): Answer<null> => {
    const made = await prepareStudyFolder(folder);
    if (!made.ok) return made;
    try {
      await mkdir(dirname(path), {recursive: true});
      await writeFileAtomically(path, json);
      return ok(null);
    } catch (error) {
      return err(fileSystemError('The view of this study could not be saved.', error));
    }
  };
  return {
    load: () => load(folder.view),
    save: ({json}) => save(folder.view, json),
    async lastSeen() {
      const stored = await load(folder.seen);
      // a damaged note says nothing; the doctor shows that it is damaged
      return stored.ok
        ? ok(seenNote.safeParse(parseJson(stored.value ?? '')).data ?? null)
        : stored;
    },
    saveSeen: ({note}) => save(folder.seen, JSON.stringify(note)),
  };
}
