import {join} from 'node:path';
import {metadataDir} from './metadataDir';

/** Where copies of a study's earlier outputs are kept, each named by the SHA-256 of its content. */
export function cacheFolder(studyDir: string): string {
  return join(metadataDir(studyDir), 'cache');
}
