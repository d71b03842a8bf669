import {parentPort, workerData} from 'node:worker_threads';
import {inspectRepository} from './inspectRepository';

// started by readGitState with the study's folder; answers with messages of GitStateMessage
const studyDir: unknown = workerData;
if (parentPort !== null && typeof studyDir === 'string') {
  const port = parentPort;
  inspectRepository(studyDir, (head) => {
    port.postMessage({kind: 'head', head});
  }).then(
    (state) => {
      port.postMessage({kind: 'state', state});
    },
    () => {
      port.postMessage({kind: 'state', state: null});
    },
  );
}
