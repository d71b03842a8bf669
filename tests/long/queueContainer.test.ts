import {execFile} from 'node:child_process';
import {copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {PYTHON_IMAGE} from '../../build/testImages.mjs';

const run = promisify(execFile);
const IMAGE = `study-desk-queue/serve:t${process.pid}`;
/** The image of Node that the container file names can't be had without a registry: Node on the test image stands in. */
const BASE = `study-desk-queue/node:t${process.pid}`;

/** Without a network: the runner says what it lacks before it needs one. */
const RUN = ['run', '--rm', '--network', 'none'];

let dir: string;

async function build(context: string, file: string, ...args: readonly string[]): Promise<void> {
  // the older builder: it needs no other program, and none of its images from elsewhere
  await run('docker', ['build', '--quiet', '--file', file, ...args, context], {
    env: {...process.env, DOCKER_BUILDKIT: '0'},
    maxBuffer: 2 ** 24,
  });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-container-'));
  const [base, context] = [join(dir, 'base'), join(dir, 'context')];
  await mkdir(base);
  await copyFile(process.execPath, join(base, 'node'));
  await writeFile(join(base, 'Dockerfile'), `FROM ${PYTHON_IMAGE}\nCOPY node /usr/bin/node\n`);
  await build(base, join(base, 'Dockerfile'), '--tag', BASE);
  await mkdir(join(context, 'dist'), {recursive: true});
  await copyFile('package.json', join(context, 'package.json'));
  const isMeant = (path: string): boolean => !/\.map$|\/duckdb$/.test(path);
  await cp('dist/host', join(context, 'dist/host'), {recursive: true, filter: isMeant});
  const file = join(process.cwd(), 'build/serve.Containerfile');
  await build(context, file, '--build-arg', `BASE=${BASE}`, '--tag', IMAGE);
});

afterAll(async () => {
  await run('docker', ['rmi', '--force', IMAGE, BASE]).catch(() => undefined);
  await rm(dir, {recursive: true, force: true});
});

it('makes an image that starts the runner, which says what it lacks', async () => {
  const {version} = JSON.parse(await readFile('package.json', 'utf8')) as {version: string};
  const inside = await run('docker', [...RUN, IMAGE, '--version']);
  expect(inside.stdout.trim()).toBe(version);
  const refused = await run('docker', [...RUN, '--env', 'BACKEND=tpp', IMAGE]).catch(
    (error: {code: number; stdout: string; stderr: string}) => error,
  );
  expect(refused).toMatchObject({code: 2});
  expect(`${refused.stdout}${refused.stderr}`).toMatch(
    /The setting HIGH_PRIVACY_STORAGE_BASE is missing/,
  );
});
