import {utilityProcess} from 'electron';
import type {StartTableProcess} from '../core/createCore';

/** How long the process may take to remove its files before it is killed. */
const END_MS = 3000;

/** Starts the process that reads tables as a utility process: Electron's own binary runs no other Node program. */
export const startTableProcess: StartTableProcess = (bundle, room, execArgv) => {
  const child = utilityProcess.fork(bundle, [room], {
    stdio: 'ignore',
    execArgv: [...execArgv],
    serviceName: 'Study Desk tables',
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    end: () =>
      new Promise((done) => {
        if (ended) return done();
        child.once('exit', () => done());
        const timer = setTimeout(done, END_MS);
        timer.unref();
        child.kill();
      }),
  };
};
