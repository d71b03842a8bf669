import type {JobQueue} from '../jobQueue';
import {ofApp} from './request';

/** This computer as the runner of a job server's queue: off until someone sets it up. Each answers how it then stands. */
export const jobQueueRequests = {
  state: ofApp({}).answers<JobQueue>('text'),
  /** Asks for the file with the settings; what was chosen is kept. */
  setUp: ofApp({}).answers<JobQueue>('text'),
  /** Forgets which file that was; the file, and all that the runner keeps, stay. */
  turnOff: ofApp({}).answers<JobQueue>('text'),
  start: ofApp({}).answers<JobQueue>('text'),
  /** Jobs that run go on in their containers. */
  stop: ofApp({}).answers<JobQueue>('text'),
};
