import {parentPort} from 'node:worker_threads';
import {readProject} from '../study/readProject';
import type {ReadReply, ReadRequest} from './projectReader';

// Started by createProjectReader; answers each request with its number.
const port = parentPort;
port?.on('message', (request: ReadRequest) => {
  const {id, text, files} = request;
  const reply: ReadReply = {id, reading: readProject(text, files === null ? {} : {files})};
  port.postMessage(reply);
});
