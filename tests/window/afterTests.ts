// What every file of window tests does after each test and after the last; modules are read once for all files, this one for each.
import {afterAll, afterEach} from 'vitest';
import {closeDesks, closeDisplay} from './launchDesk';

afterEach(({task}) => closeDesks(task.name, task.result?.state === 'fail'));

afterAll(closeDisplay);
