import {TestRunner, type RunnerTestFile, type RunnerTestSuite} from 'vitest';
import {isLong} from '../gateShare';
import {IN_GATE} from '../../build/browserFlows.mjs';

/** vitest's own runner, which in the gate keeps of the window's tests what it tries in a browser too. */
export default class BrowserRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    if (!isLong) files.forEach(keepFlows);
  }
}

function keepFlows(suite: RunnerTestSuite): void {
  const tasks = suite.tasks.filter((task) => {
    if (task.type !== 'suite') return IN_GATE.has(task.name);
    keepFlows(task);
    return task.tasks.length > 0;
  });
  suite.tasks.splice(0, suite.tasks.length, ...tasks);
}
