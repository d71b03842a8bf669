#!/usr/bin/env node
// Container images for the tests, made from Debian packages since tests must not need a registry:
// a busybox with a handful of names, and a Python with pandas and matplotlib that stands in for the
// real python:v2. Built once, found again by name, labelled `study-desk.test-image=true`.
// Node's own modules only: runs before `npm ci`.
import {execFile, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtemp, mkdir, copyFile, chmod, symlink, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const registry = process.env.DOCKER_REGISTRY ?? 'ghcr.io/opensafely-core';

/** Names under which the busybox image is found; the first is what the reference's helper is called. */
export const BUSYBOX_IMAGES = [`${registry}/busybox:latest`, 'study-desk-test/busybox:v1'];
/** The stand-in for the real Python image: Debian's python3, pandas and matplotlib. */
export const PYTHON_IMAGE = `${registry}/python:v2`;

/** Where `ensureToolImages` puts the stand-ins for the tools; a registry of its own, as each is another `python:v2`. */
export const TOOL_REGISTRY = 'study-desk-tools';

/** Where `ensureJupyterImage` puts its own. */
export const JUPYTER_REGISTRY = 'study-desk-jupyter';

const LABEL = 'LABEL study-desk.test-image=true';
const PYTHON_PACKAGES = 'python3,python3-pandas,python3-matplotlib';

/**
 * Makes the test images that are missing. Throws an Error with a sentence on what to do where it can't.
 * @param {{docker?: string, log?: (line: string) => void}} options docker: the docker (or podman) command
 */
export async function ensureTestImages({docker = 'docker', log = () => undefined} = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'study-desk-images-'));
  try {
    if (!(await hasAll(docker, BUSYBOX_IMAGES))) {
      log('Making the busybox test image');
      await makeBusybox(docker, path.join(folder, 'busybox'));
    }
    if (!(await hasAll(docker, [PYTHON_IMAGE]))) {
      log('Making the Python test image with debootstrap; this takes a few minutes, once');
      await makePython(docker, path.join(folder, 'python'));
    }
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/**
 * Makes stand-ins for the images with JupyterLab and RStudio where they are missing, upon the Python image: small servers
 * that behave as those two where they are started, so that the gate need not make images of a gigabyte.
 */
export async function ensureToolImages({docker = 'docker'} = {}) {
  await ensureTestImages({docker});
  const programs = {'python:v2': 'jupyter', 'rstudio:v2': 'rstudio'};
  for (const [image, program] of Object.entries(programs)) {
    const name = `${TOOL_REGISTRY}/${image}`;
    const source = path.join(import.meta.dirname, '..', 'tests', 'fixtures', 'tools', program);
    const label = `study-desk.program=${createHash('sha256')
      .update(await readFile(source))
      .digest('hex')}`;
    if (await isMade(docker, name, label)) continue;
    const {stdout} = await run(docker, ['create', PYTHON_IMAGE, 'true']);
    const container = stdout.trim();
    try {
      await run(docker, ['cp', source, `${container}:/usr/local/bin/${program}`]);
      const changes = [LABEL, `LABEL ${label}`, `CMD ["${program}"]`];
      const options = changes.flatMap((change) => ['--change', change]);
      await run(docker, ['commit', ...options, container, name]);
    } finally {
      await run(docker, ['rm', '--force', container]);
    }
  }
}

/** What Debian's JupyterLab needs to serve; its package asks for a whole toolchain of JavaScript besides. */
const JUPYTER_PACKAGES = [
  ...['jupyter-core', 'jupyter-server', 'python3-jupyterlab-server', 'python3-notebook-shim'],
  ...['python3-async-lru', 'python3-ipykernel', 'python3-httpx'],
].join(' ');

/** Makes an image with Debian's own JupyterLab upon the Python image where it is missing, for the long tests. */
export async function ensureJupyterImage({docker = 'docker'} = {}) {
  await ensureTestImages({docker});
  const name = `${JUPYTER_REGISTRY}/python:v2`;
  if (await hasAll(docker, [name])) return;
  const script = [
    'apt-get update',
    `apt-get install --yes --no-install-recommends ${JUPYTER_PACKAGES}`,
    'cd /tmp',
    'apt-get download jupyterlab',
    'dpkg-deb --extract jupyterlab_*.deb /',
    'rm jupyterlab_*.deb',
  ].join('\n');
  const options = ['--network', 'host', '--user', '0:0', '--env', 'DEBIAN_FRONTEND=noninteractive'];
  const made = await run(docker, ['create', ...options, PYTHON_IMAGE, 'sh', '-ec', script]);
  const container = made.stdout.trim();
  try {
    await runQuietly(docker, ['start', '--attach', container]);
    const changes = [LABEL, 'CMD ["python3"]'].flatMap((change) => ['--change', change]);
    await run(docker, ['commit', ...changes, container, name]);
  } finally {
    await run(docker, ['rm', '--force', container]);
  }
}

async function isMade(docker, image, label) {
  const options = ['image', 'ls', '--quiet', '--filter', `label=${label}`, image];
  return (await run(docker, options)).stdout.trim() !== '';
}

async function hasAll(docker, images) {
  try {
    await run(docker, ['image', 'inspect', ...images]);
    return true;
  } catch {
    return false;
  }
}

async function makeBusybox(docker, root) {
  const busybox = await findBusybox();
  const bin = path.join(root, 'bin');
  await mkdir(bin, {recursive: true});
  await mkdir(path.join(root, 'etc'));
  await mkdir(path.join(root, 'tmp'));
  await chmod(path.join(root, 'tmp'), 0o1777);
  await copyFile(busybox, path.join(bin, 'busybox'));
  await chmod(path.join(bin, 'busybox'), 0o755);
  const {stdout} = await run(busybox, ['--list']);
  for (const applet of stdout.split('\n').filter((name) => name && name !== 'busybox')) {
    await symlink('busybox', path.join(bin, applet));
  }
  await writeFile(path.join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(path.join(root, 'etc', 'group'), 'root:x:0:\n');
  await importRoot(docker, root, BUSYBOX_IMAGES, ['CMD ["sh"]']);
}

async function findBusybox() {
  for (const command of ['/usr/bin/busybox', '/bin/busybox']) {
    try {
      const {stdout} = await run(command, ['ls', '--help']).catch((error) => error);
      if (stdout !== undefined) {
        await assertStatic(command);
        return command;
      }
    } catch {
      continue;
    }
  }
  throw new Error(
    'The package busybox-static is missing. Install it: apt-get install busybox-static',
  );
}

async function assertStatic(command) {
  const {stdout} = await run('ldd', [command]).catch((error) => error);
  if (/=>/.test(stdout ?? '')) throw new Error(`${command} is not statically linked`);
}

async function makePython(docker, root) {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Making the Python test image needs root for debootstrap. Run once: sudo node build/testImages.mjs',
    );
  }
  const {mirror, suite, components} = await debianSource();
  await runQuietly('debootstrap', [
    '--variant=minbase',
    `--components=${components}`,
    `--include=${PYTHON_PACKAGES}`,
    suite,
    root,
    mirror,
  ]);
  await symlink('python3', path.join(root, 'usr', 'bin', 'python'));
  for (const part of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ]) {
    await rm(path.join(root, part), {recursive: true, force: true});
  }
  await importRoot(docker, root, [PYTHON_IMAGE], ['ENV PYTHONUNBUFFERED=1', 'ENV MPLBACKEND=Agg']);
}

/** The mirror, suite and components that this computer's own apt uses. */
async function debianSource() {
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT)';
  const {stdout} = await run('apt-get', [
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  const {stdout: codename} = await run('sh', ['-c', '. /etc/os-release; echo "$VERSION_CODENAME"']);
  const suite = codename.trim();
  const rows = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([uri, name]) => /^https?:/.test(uri) && name === suite);
  const mirror = rows[0]?.[0];
  if (mirror === undefined)
    throw new Error(`No package source for ${suite} was found in apt's settings`);
  return {mirror, suite, components: [...new Set(rows.map((row) => row[2]))].join(',')};
}

async function importRoot(docker, root, [first, ...others], changes) {
  await mkdir(path.join(root, 'workspace'), {recursive: true});
  await chmod(path.join(root, 'workspace'), 0o777);
  const options = ['WORKDIR /workspace', LABEL, ...changes].flatMap((change) => [
    '--change',
    change,
  ]);
  const tar = spawn('tar', ['-C', root, '--numeric-owner', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const load = spawn(docker, ['import', ...options, '-', first], {
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  tar.stdout.destroy();
  const codes = await Promise.all([tar, load].map(ended));
  if (codes.some((code) => code !== 0)) throw new Error(`The image ${first} could not be imported`);
  for (const name of others) await run(docker, ['tag', first, name]);
}

async function runQuietly(command, args) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe']});
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (tail = (tail + chunk).slice(-2000)));
  }
  if ((await ended(child)) !== 0) throw new Error(`${command} failed:\n${tail}`);
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await ensureTestImages({log: (line) => console.log(line)});
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
