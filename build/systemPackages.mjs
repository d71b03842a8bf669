// System packages the tests and the window need. Node's own modules only.
import {existsSync, readFileSync} from 'node:fs';
import {engineAnswers} from './containerEngine.mjs';
import {Trouble, hasProgram, lastLines, run, say} from './childProcess.mjs';

/**
 * Debian and Ubuntu packages that carry Electron's shared libraries; where a name changed between releases,
 * the newer one first.
 */
const packagesOfLibrary = {
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgdk_pixbuf-2.0.so.0': ['libgdk-pixbuf-2.0-0'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libsmime3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libudev.so.1': ['libudev1'],
  'libX11.so.6': ['libx11-6'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libXrandr.so.2': ['libxrandr2'],
};

/** Names of the shared libraries this program wants and the computer lacks; Linux only, else none. */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux') return [];
  const {stdout} = await run('ldd', [executable], {timeoutMs: 30_000});
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** What the window needs on this computer: packages for the libraries Electron's program lacks. */
export async function windowNeeds(executable) {
  const libraries = await missingLibraries(executable);
  return libraries.map((library) => ({
    why: `the window needs ${library}`,
    packages: packagesOfLibrary[library] ?? [],
  }));
}

async function lacks(program, args) {
  return !(await hasProgram(program, args));
}

/** What the tests need beside the window. */
export async function testNeeds() {
  if (process.platform !== 'linux') return [];
  const needs = [];
  const want = (missing, why, ...packages) => {
    if (missing) needs.push(...packages.map((name) => ({why, packages: [name]})));
  };
  const daemon = !(await engineAnswers()) && (await lacks('dockerd'));
  want(daemon, 'a real container engine for the integration tests', 'docker.io', 'iptables');
  want(await lacks('docker'), 'the docker command, to make the test images', 'docker-cli');
  want(!existsSync('/usr/bin/Xvfb'), 'a screen for the window tests', 'xvfb');
  want(await lacks('debootstrap'), 'makes the Python test image', 'debootstrap');
  want(await lacks('busybox', ['true']), 'makes the busybox test image', 'busybox-static');
  const yaml = await lacks('/usr/bin/python3', ['-c', 'import ruyaml']);
  want(yaml, 'the YAML reader that the reference tool uses, to compare with', 'python3-ruyaml');
  // where systemd runs, installing these would open this computer to the network
  const quiet = !existsSync('/run/systemd/system');
  want(quiet && (await lacks('docker-registry')), 'a registry to download from', 'docker-registry');
  const ssh = quiet && !existsSync('/usr/sbin/sshd');
  want(ssh, 'an ssh server, for an engine behind it', 'openssh-server');
  const faketime = await lacks('faketime', ['--version']);
  want(faketime, 'a clock that jumps, as one does when a computer wakes', 'faketime');
  const sshfs = await lacks('sshfs', ['--version']);
  want(sshfs, 'a network folder between two computers', 'sshfs');
  const sftp = !existsSync('/usr/lib/openssh/sftp-server');
  want(sftp, 'the server of that network folder', 'openssh-sftp-server');
  const podman = quiet && (await lacks('podman'));
  want(podman, 'an engine that needs no root', 'podman', 'uidmap', 'catatonit', 'runc');
  want(await lacks('openssl', ['version']), 'certificates for an engine behind TLS', 'openssl');
  const bus = await lacks('dbus-daemon');
  want(bus, 'a private message bus, for the notifications of the system', 'dbus-daemon');
  const dbusmock = await lacks('/usr/bin/python3', ['-c', 'import dbusmock']);
  want(dbusmock, 'stands in for a desktop that shows notifications', 'python3-dbusmock');
  const libraries = await run('ldconfig', ['-p'], {timeoutMs: 30_000});
  for (const [library, name] of [
    ['libnotify.so.4', 'libnotify4'],
    ['libunity.so.9', 'libunity9'],
  ])
    want(!libraries.stdout.includes(library), 'with which the window tells the desktop', name);
  const snakemake = await lacks('snakemake', ['--version']);
  want(snakemake, 'runs an exported study', 'snakemake');
  const strace = await lacks('strace', ['-V']);
  want(strace, 'cuts short single calls of the system, in tests of changes', 'strace');
  // Ubuntu has it in another form only
  const debian =
    existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  want(debian && (await lacks('chromium')), 'a browser for the window', 'chromium');
  want(quiet && (await lacks('nginx', ['-v'])), 'a proxy before the window', 'nginx-light');
  const fonts = await lacks('fc-match');
  want(fonts, 'letters for the window', 'fontconfig', 'fonts-dejavu-core');
  return needs;
}

/** What the small cluster of the long tests lacks here. */
export function clusterLacks() {
  const needs = [
    ['slurmctld', 'the controller of a cluster', 'slurmctld', 'slurm-client'],
    ['slurmd', 'the nodes of a cluster', 'slurmd'],
    ['slurmdbd', 'the accounting of a cluster', 'slurmdbd'],
    ['mariadbd', 'its database', 'mariadb-server'],
    ['munged', 'by which the parts of a cluster know each other', 'munge'],
  ];
  return needs
    .filter(([program]) => !existsSync(`/usr/sbin/${program}`))
    .flatMap(([, why, ...packages]) => packages.map((name) => ({why, packages: [name]})));
}

/** What of it may be installed: where systemd runs, its services would start. */
export function clusterNeeds() {
  const isQuiet = process.platform === 'linux' && !existsSync('/run/systemd/system');
  return isQuiet ? clusterLacks() : [];
}

/** The first of these names that apt knows. */
async function available(names) {
  for (const name of names) {
    const {stdout} = await run('apt-cache', ['policy', name], {timeoutMs: 60_000});
    if (/Candidate: (?!\(none\))/.test(stdout)) return name;
  }
  return names[0];
}

const apt = (...args) =>
  run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: {DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l'},
    timeoutMs: 900_000,
  });

/**
 * Installs what is needed as root on Debian or Ubuntu; elsewhere, or with `install: false`, says which command does.
 * Answers whether all is there now.
 */
export async function ensureSystemPackages(needs, {install = true} = {}) {
  const known = needs.filter((need) => need.packages.length > 0);
  for (const need of needs.filter((each) => each.packages.length === 0))
    say(`Missing, and not known where it comes from: ${need.why}.`);
  if (known.length === 0) return needs.length === 0;

  const debian = existsSync('/usr/bin/apt-get');
  const allowed = install && debian && process.getuid?.() === 0;
  if (allowed) {
    say('Reading the package lists (apt-get update) …');
    const updated = await apt('update', '-q');
    if (updated.code !== 0) say(`apt-get update: ${lastLines(updated, 3)}`);
  }
  const names = debian
    ? await Promise.all(known.map((need) => available(need.packages)))
    : known.map((need) => need.packages[0]);
  const unique = [...new Set(names)];
  const reasons = known.map((need, index) => `  ${names[index]}: ${need.why}`);
  if (!allowed) {
    say(`Some system packages are missing:\n${reasons.join('\n')}`);
    say(
      debian
        ? `Install them with:\n  sudo apt-get install --no-install-recommends ${unique.join(' ')}`
        : `Install them with your system's package manager; on Debian or Ubuntu:\n  sudo apt-get install --no-install-recommends ${unique.join(' ')}`,
    );
    return false;
  }
  say(`Installing system packages:\n${reasons.join('\n')}`);
  const result = await apt('install', '-q', '-y', '--no-install-recommends', ...unique);
  if (result.code !== 0)
    throw new Trouble(`apt-get could not install them:\n${lastLines(result, 10)}`);
  return needs.length === known.length;
}
