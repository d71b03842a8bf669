import {tmpdir} from 'node:os';
import {appError} from '../../../shared/errors';
import {err} from '../../../shared/result';
import {outliveFileLimit} from '../../files/writeAtomically';
import type {TableAnswer, TableAsk} from './answerTables';

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
  const answer = await answers.then((open) => open.answer(ask), notLoaded);
  say({id, answer});
}

/** DuckDB is not there for this system, or is not the one that was built in. */
function notLoaded(fault: unknown): TableAnswer {
  return err(
    appError(
      'invalid-request',
      'Tables can’t be shown: DuckDB, which reads them, was not loaded.',
      {
        why: fault instanceof Error ? fault.message : String(fault),
        hint: 'Install Study Desk anew.',
      },
    ),
  );
}

if (parentPort === undefined) {
  process.on('message', (message) => {
    void take(message, (answer) => process.send?.(answer));
  });
  // the host is gone: so is whoever could ask
  process.on('disconnect', () => {
    void answers
      .then((open) => open.close())
      // nothing to close where nothing was loaded
      .catch(() => undefined)
      .then(() => process.exit(0));
  });
} else
  parentPort.on('message', ({data}) => {
    void take(data, (answer) => parentPort.postMessage(answer));
  });
