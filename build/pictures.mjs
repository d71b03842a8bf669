// `npm run pictures`: takes the pictures in tests/screenshots anew, with their words beside them. They are of
// tests/window/pictures.test.ts, which otherwise compares the words alone. Node's own modules only.
import {Trouble, fail} from './childProcess.mjs';
import {onMachine} from './prepareMachine.mjs';
import {ensureBuilt} from './ready.mjs';
import {runTests} from './testTiers.mjs';

try {
  process.exitCode = await onMachine(async (env, {noEngine, noDisplay}) => {
    const missing = noEngine ?? noDisplay;
    if (missing !== null) throw new Trouble(`No pictures can be taken. ${missing}`);
    await ensureBuilt();
    const taking = {...env, STUDY_DESK_TAKE_PICTURES: '1'};
    return runTests('window', ['tests/window/pictures.test.ts'], taking);
  });
} catch (error) {
  fail(error);
}
// no open handle may keep a finished run alive
process.exit();
