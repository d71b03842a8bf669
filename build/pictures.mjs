// `npm run pictures`: takes the pictures in tests/screenshots anew, with their words beside them. They are of
// tests/window/pictures.test.ts, which otherwise compares the words alone. Node's own modules only.
//   npm run pictures -- --all [--to DIR] [--corpus DIR] [--look 1024x700@125…] [--browser] [STUDY…]
// takes those of every state of the window instead, in each size, text size and theme (or in those asked for: width,
// height, text in per cent), with the studies named or all (tests/pictures), and ends with 1 where axe or the layout
// has a fault, or a name is no cut of itself or is cut where it fits. DIR is dist/pictures where not named; real studies are looked for in ../shared/corpus.
// With `--browser` they are of the window in Chromium.
import {parseArgs} from 'node:util';
import {Trouble, fail} from './childProcess.mjs';
import {onMachine} from './prepareMachine.mjs';
import {ensureBuilt} from './ready.mjs';
import {runTests} from './testTiers.mjs';

const {values, positionals} = parseArgs({
  options: {
    all: {type: 'boolean'},
    to: {type: 'string'},
    corpus: {type: 'string'},
    look: {type: 'string', multiple: true},
    browser: {type: 'boolean'},
  },
  allowPositionals: true,
});

function takeKept(env) {
  // some of them belong to the long tests, as what they show is compared there
  const taking = {...env, STUDY_DESK_TAKE_PICTURES: '1', STUDY_DESK_LONG_TESTS: '1'};
  return runTests(['window'], ['tests/window/pictures.test.ts'], taking);
}

function takeAll(env) {
  const narrowed = positionals.length === 0 ? [] : ['-t', ` (${positionals.join('|')})$`];
  return runTests(['pictures'], narrowed, {
    ...env,
    ...(values.browser === true ? {STUDY_DESK_BROWSER: '1'} : {}),
    ...(values.to === undefined ? {} : {STUDY_DESK_PICTURES: values.to}),
    ...(values.corpus === undefined ? {} : {STUDY_DESK_CORPUS: values.corpus}),
    ...(values.look === undefined ? {} : {STUDY_DESK_LOOKS: values.look.join(',')}),
  });
}

try {
  process.exitCode = await onMachine(async (env, {noEngine, noDisplay}) => {
    const missing = noEngine ?? noDisplay;
    if (missing !== null) throw new Trouble(`No pictures can be taken. ${missing}`);
    await ensureBuilt();
    return values.all === true ? takeAll(env) : takeKept(env);
  });
} catch (error) {
  fail(error);
}
// no open handle may keep a finished run alive
process.exit();
