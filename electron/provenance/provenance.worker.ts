import {parentPort, workerData} from 'node:worker_threads';
import {appError} from '../../shared/errors';
import {err} from '../../shared/result';
import {answerCall, type Call} from './calls';
import {ProvenanceRecords} from './provenanceRecords';

// started by createProvenance with the study's folder
const {studyDir} = workerData as {readonly studyDir: string};
const engine = new ProvenanceRecords(studyDir, Date.now);
const port = parentPort;

let before: Promise<void> = Promise.resolve();

port?.on('message', ({id, call}: {readonly id: number; readonly call: Call}) => {
  before = before.then(async () => {
    const answer = await answerCall(engine, call).catch((error: unknown) =>
      err(
        appError('bug', 'What has changed in the study could not be found out.', {
          detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      ),
    );
    port.postMessage({id, answer});
  });
});
