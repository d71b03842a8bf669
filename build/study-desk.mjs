#!/usr/bin/env node
// The command line: `npm run --silent study-desk -- …` and the package's bin.
// Installs and builds what is missing, then runs the bundled command line in this same process.
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {fail} from './childProcess.mjs';
import {ensureBuilt, ensureInstalled, root} from './ready.mjs';

try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(error);
  process.exit();
}
// npm moves to the package's folder; paths are meant from where the user stands.
if (process.env.npm_lifecycle_event === 'study-desk' && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);
// The command line sees itself as the program, with the arguments as given.
const cli = join(root, 'dist/host/cli.cjs');
process.argv[1] = cli;
// It handles its own signals (a cancelled run ends with 130).
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
createRequire(import.meta.url)(cli);
