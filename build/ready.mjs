// Brings the checkout to the point where it can run: packages installed, bundles built.
// Quiet when all is there. Node's own modules only, so that it works before `npm ci`.
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {mkdir, rm, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Trouble, lastLines, run, say} from './childProcess.mjs';

/** The checkout's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const installedMark = join(root, 'node_modules/.package-lock.json');
const builtMark = join(root, 'dist/.built');
const lock = join(root, 'dist/.building');

function modified(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** Newest change below these folders and files, in milliseconds. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.flatMap((path) => {
      const full = join(root, path);
      if (!existsSync(full)) return [];
      if (!statSync(full).isDirectory()) return [modified(full)];
      return readdirSync(full, {withFileTypes: true}).map((entry) =>
        entry.isDirectory() ? newest([join(path, entry.name)]) : modified(join(full, entry.name)),
      );
    }),
  );
}

/** What npm wrote about each package it installed says the same as the lock file. */
function isInstalled() {
  if (!existsSync(installedMark)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(installedMark, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, {version, optional}]) =>
      path === '' || (found[path]?.version ?? (optional ? version : undefined)) === version,
  );
}

/** Stops on a Node too old for the build. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Trouble(
    `Study Desk needs Node 20.19 or newer; this is ${process.versions.node}.\n` +
      'Install a newer Node from https://nodejs.org and try again.',
  );
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Installs the packages of the lock file unless they are there. */
export async function ensureInstalled() {
  checkNode();
  if (isInstalled()) return;
  say('Installing packages (npm ci) …');
  const result = await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: root,
    timeoutMs: 900_000,
  });
  if (result.code !== 0)
    throw new Trouble(
      `npm ci failed:\n${lastLines(result)}\n\nCheck the connection to the npm registry, then try again.`,
    );
}

const sources = ['electron', 'renderer', 'shared', 'build', 'package.json', 'package-lock.json'];

function isBuilt() {
  return modified(builtMark) >= newest(sources) && existsSync(join(root, 'dist/host/cli.cjs'));
}

/** Builds the bundles unless they are newer than every source. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await mkdir(join(root, 'dist'), {recursive: true});
  await whileAlone(async () => {
    if (isBuilt()) return;
    say('Building …');
    const startedAt = new Date();
    const result = await run(process.execPath, [join(root, 'build/build.mjs')], {cwd: root});
    if (result.code !== 0) throw new Trouble(`The build failed:\n${lastLines(result, 40)}`);
    await writeFile(builtMark, '');
    // What was changed while it built must be built again.
    await utimes(builtMark, startedAt, startedAt);
  });
}

/** Two entry points started at once build one after the other. */
async function whileAlone(work) {
  const patience = Date.now() + 300_000;
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      // A build cut short leaves its mark behind; five minutes are more than any build takes.
      if (Date.now() > patience || Date.now() - modified(lock) > 300_000)
        await rm(lock, {recursive: true, force: true});
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, {recursive: true, force: true});
  }
}
