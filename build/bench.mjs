// `npm run bench [-- NAME…]`: runs every tests/bench/*.ts that exports `bench()`, prints what was measured
// beside its limit, and ends with 1 when one misses. With `--small`, as in the gate, each does a little of its work:
// that shows that it still works, and nothing is held against a limit.
import {mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {fail, lastLines, run, say} from './childProcess.mjs';
import {prepareMachine} from './prepareMachine.mjs';
import {ensureBuilt, root} from './ready.mjs';

const small = process.argv.includes('--small');
/** Longest that one may take, in seconds. */
const LIMIT_SECONDS = small ? 120 : 1200;

const source = join(root, 'tests/bench');
const built = join(root, 'dist/bench');

/** The files that measure something, bundled beside the workers they may start. */
async function bundleBenches(wanted) {
  const files = readdirSync(source)
    .filter((name) => /\.ts$/.test(name) && /^export (async )?function bench\b/m.test(text(name)))
    .filter((name) => wanted.length === 0 || wanted.includes(basename(name, '.ts')));
  const {build} = await import('esbuild');
  await build({
    entryPoints: files.map((name) => join(source, name)),
    outdir: built,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    plugins: [buildModulesOutside],
    // the host's code finds its workers beside itself
    banner: {
      js: 'const __dirname = import.meta.dirname;',
    },
    logLevel: 'warning',
  });
  // linked and not copied: they find beside themselves what the host's bundles share
  const host = join(root, 'dist/host');
  for (const name of readdirSync(host)) {
    if (name !== 'duckdb' && !name.endsWith('.worker.cjs')) continue;
    rmSync(join(built, name), {recursive: true, force: true});
    symlinkSync(join(host, name), join(built, name), 'junction');
  }
  return files.map((name) => basename(name, '.ts'));
}

/** Modules of build/ know the checkout from where they lie, so they stay there. */
const buildModulesOutside = {
  name: 'build-modules-outside',
  setup(build) {
    build.onResolve({filter: /build\/\w+\.mjs$/}, ({path, resolveDir}) => ({
      path: pathToFileURL(join(resolveDir, path)).href,
      external: true,
    }));
  },
};

function text(name) {
  return readFileSync(join(source, name), 'utf8');
}

/** Each in a process of its own, so that none is warm or crowded through another. */
const runner = `
  const [file, out] = process.argv.slice(1);
  const {pathToFileURL} = require('node:url');
  import(pathToFileURL(file).href).then(async ({bench}) => {
    require('node:fs').writeFileSync(out, JSON.stringify(await bench()));
    process.exit(0);
  }).catch((error) => {
    console.error(error);
    process.exit(1);
  });
`;

/** What one measured; a row that misses, with its last words, where it failed or did not come to its end. */
async function measure(name, env) {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-bench-'));
  const out = join(folder, 'measured.json');
  try {
    if (!small) say(`Measuring ${name} …`);
    const result = await run(
      process.execPath,
      ['--expose-gc', '-e', runner, join(built, `${name}.mjs`), out],
      {
        cwd: root,
        env: small ? {...env, STUDY_DESK_SMALL_BENCH: '1'} : env,
        timeoutMs: LIMIT_SECONDS * 1000,
        onLine: small ? undefined : say,
      },
    );
    if (result.code === 0) return JSON.parse(readFileSync(out, 'utf8'));
    const why = result.timedOut ? `not ended after ${LIMIT_SECONDS} s` : 'failed';
    if (small) say(lastLines(result, 20));
    return [
      {
        name: `${name}: ${why}`,
        measured: lastLines({...result, timedOut: false}, 1),
        limit: '',
        unit: '',
      },
    ];
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

function row({name, measured, limit, goal, unit}) {
  const number = (value) =>
    typeof value === 'number' ? `${Number(value.toPrecision(4))} ${unit}` : String(value ?? '');
  const held = limit === null || (typeof measured === 'number' && (small || measured <= limit));
  const word = limit === null ? '' : held ? 'ok' : 'MISSED';
  return {ok: held, cells: [name, number(measured), number(limit), number(goal), word]};
}

function print(rows) {
  const table = [['name', 'measured', 'limit', 'goal', ''], ...rows.map(({cells}) => cells)];
  const widths = table[0].map((_, column) =>
    Math.max(...table.map((cells) => cells[column].length)),
  );
  for (const cells of table)
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}

const machine = prepareMachine();
try {
  await machine.installed;
  await ensureBuilt();
  const [noEngine, {env, noDisplay}] = await Promise.all([machine.engine, machine.window]);
  for (const reason of [noEngine, noDisplay].filter((each) => each !== null)) say(reason);
  const names = await bundleBenches(process.argv.slice(2).filter((name) => name !== '--small'));
  const rows = [];
  const lane = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift())
      rows.push(...(await measure(name, env)).map(row));
  };
  // what is measured in the small form means nothing, so that two may go beside each other
  await Promise.all(Array.from({length: small ? 2 : 1}, lane));
  if (small) print(rows.filter(({ok}) => !ok));
  else print(rows);
  process.exitCode = rows.every(({ok}) => ok) ? 0 : 1;
} catch (error) {
  fail(error);
}
await machine.undo();
process.exit();
