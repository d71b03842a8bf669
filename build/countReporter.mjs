// A vitest reporter that counts for the closing line of `npm test`: writes
// `{passed, failed, skipped, reasons, second}` to the file named by STUDY_DESK_COUNT_FILE.
import {writeFileSync} from 'node:fs';
import {testEnvironmentReasons} from './missingParts.mjs';

/**
 * Counts tests, and as failures also files and suites that could not be run and errors no test caught;
 * `second` names those that passed at the second try.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = {passed: 0, failed: unhandledErrors.length, skipped: 0, reasons: [], second: []};
    for (const module of modules) {
      const suites = [...module.children.allSuites()];
      const broken = [module, ...suites].filter((part) => part.errors().length > 0);
      count.failed += broken.length;
      for (const test of module.children.allTests()) {
        const {state, note} = test.result();
        // what a tier leaves out as it collects is no test of this run
        if (state === 'pending' && broken.length === 0) continue;
        if (test.diagnostic()?.flaky)
          count.second.push(`${module.relativeModuleId}, ${test.fullName}`);
        if (state === 'passed' || state === 'failed') count[state] += 1;
        else {
          count.skipped += 1;
          count.reasons.push(note ?? reasonOf(test, broken.length > 0));
        }
      }
    }
    writeFileSync(process.env.STUDY_DESK_COUNT_FILE, JSON.stringify(count));
  }
}

/** Tests skip themselves without words where an engine or a display is missing; the reason is known here. */
function reasonOf(test, unprepared) {
  if (unprepared) return `the preparation of ${test.module.relativeModuleId} failed`;
  const reasons = Object.values(testEnvironmentReasons(process.env)).filter(Boolean);
  return reasons.join(' ') || `${test.fullName} gives no reason`;
}
