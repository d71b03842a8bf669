import {workerData} from 'node:worker_threads';
import {answerCalls} from '../threads/thread';
import {answering} from './calls';

// started by createProvenance with the study's folder
answerCalls(answering((workerData as {readonly studyDir: string}).studyDir));
