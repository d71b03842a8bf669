import {join} from 'node:path';
import type {LogLine, LogPage} from '../../shared/log';
import {readRegularFile} from '../files/readRegularFile';
import {actionLogFile} from './actionLog';

/** Where the log of a job that `opensafely run` ran has its time stamps end. */
const STAMP_LENGTH = 31;

/** The lines of `metadata/<action>.log` up to the first empty one, of a job that `opensafely run` ran (RULES "Log"). */
export async function readReferenceLog(
  studyDir: string,
  action: string,
  jobId: string,
  fromSeq: number,
  limit: number,
): Promise<LogPage> {
  const path = join(studyDir, ...actionLogFile(action).split('/'));
  const text = (await readRegularFile(path).catch(() => '')).toString();
  const [lines = ''] = text.split(/^\r?\n/mu, 1);
  const all = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line): LogLine => ({
      time: line.slice(0, STAMP_LENGTH - 1),
      stream: 'stdout',
      text: line.slice(STAMP_LENGTH).replace(/\r$/u, ''),
    }));
  return {
    jobId,
    firstSeq: Math.min(fromSeq, all.length),
    lines: all.slice(fromSeq, fromSeq + limit),
    totalLines: all.length,
    complete: true,
  };
}
