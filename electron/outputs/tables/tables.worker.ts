import {tmpdir} from 'node:os';
import {outliveFileLimit} from '../../files/writeAtomically';
import type {TableAsk} from './answerTables';

/** The other end of `createTableReader`: a child process of Node, or Electron's utility process. */
interface ParentPort {
  on(event: 'message', listener: (message: {readonly data: unknown}) => void): void;
  postMessage(message: unknown): void;
}

interface Asked {
  readonly id: number;
  readonly ask: TableAsk;
}

outliveFileLimit();

/** The folder it is given for its tables. */
const [, , scratch = tmpdir()] = process.argv;
// the host has the same code for where no process can be started: one bundle of it serves both
const answers = import('./answerTables').then((module) => module.createTableAnswers(scratch));
const parentPort = (process as unknown as {readonly parentPort?: ParentPort}).parentPort;

async function take(message: unknown, say: (answer: unknown) => void): Promise<void> {
  // the host is our own code
  const {id, ask} = message as Asked;
  say({id, answer: await (await answers).answer(ask)});
}

if (parentPort === undefined) {
  process.on('message', (message) => {
    void take(message, (answer) => process.send?.(answer));
  });
  // the host is gone: so is whoever could ask
  process.on('disconnect', () => {
    void answers.then((open) => open.close()).then(() => process.exit(0));
  });
} else
  parentPort.on('message', ({data}) => {
    void take(data, (answer) => parentPort.postMessage(answer));
  });
