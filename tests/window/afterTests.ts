// What every file of window tests does after each test and after the last; modules are read once for all files, this one for each.
import {afterAll, afterEach, beforeEach} from 'vitest';
import {noBrowser} from './browserDesk';
import {inBrowser, NOT_IN_BROWSER} from './inBrowser';
import {closeDesks, closeDisplay} from './launchDesk';

beforeEach((context) => {
  if (!inBrowser) return;
  const reason = NOT_IN_BROWSER[context.task.name] ?? noBrowser;
  if (reason !== null) context.skip(reason);
});

afterEach(({task}) => closeDesks(task.name, task.result?.state === 'fail'));

afterAll(closeDisplay);
