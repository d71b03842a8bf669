// Lets vitest pass over whole files that need a container engine where none can be had, their preparation too.
import {TestRunner} from 'vitest';
import {testEnvironmentReasons} from './missingParts.mjs';

/** Files whose tests run jobs in containers. */
const needsEngine = /\/tests\/(contract|integration\/(docker|queue|runs))\//;

/** vitest's own runner, but for those files. */
export default class EngineRunner extends TestRunner {
  onCollected(files) {
    if (testEnvironmentReasons(process.env).engine === undefined) return;
    for (const file of files.filter(({filepath}) => needsEngine.test(filepath))) passOver(file);
  }
}

function passOver(task) {
  task.mode = 'skip';
  task.tasks?.forEach(passOver);
}
