import {readFile} from 'node:fs/promises';
import {join} from 'node:path';

/** The text of the study's `job-resource-weights.ini` (RULES "Schedule"); empty where there is none. */
export async function readWeightsFile(studyDir: string): Promise<string> {
  return readFile(join(studyDir, 'job-resource-weights.ini'), 'utf8').catch(() => '');
}
