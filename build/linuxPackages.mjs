// Makes a tar.gz and a deb of the unpacked application by tar and Debian's own dpkg-deb: electron-builder would download
// a program for each.
import {chmod, cp, mkdir, readFile, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {Trouble, lastLines, run} from './childProcess.mjs';

const ARCHITECTURES = {x64: 'amd64', arm64: 'arm64', arm: 'armhf'};

/** What Electron's binary and its windows need (https://www.electronjs.org), by Debian's and Ubuntu's names. */
const NEEDS = [
  'nodejs (>= 20.19)',
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'libnotify4',
  'libxtst6',
  'xdg-utils',
];

const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Study Desk
Comment=Develop OpenSAFELY studies on your own computer
Exec=/opt/study-desk/study-desk %u
Icon=study-desk
Terminal=false
Categories=Science;
MimeType=application/x-study-desk-project;x-scheme-handler/study-desk;
StartupWMClass=Study Desk
`;

const MIME_TYPE = `<?xml version="1.0" encoding="utf-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-study-desk-project">
    <comment>OpenSAFELY study</comment>
    <sub-class-of type="application/yaml"/>
    <glob pattern="project.yaml" weight="80" case-sensitive="true"/>
  </mime-type>
</mime-info>
`;

/** Newer systems let only programs with a profile make the user namespaces that Chromium's sandbox is made of. */
const APPARMOR_PROFILE = `abi <abi/4.0>,
include <tunables/global>

profile study-desk /opt/study-desk/study-desk flags=(unconfined) {
  userns,

  include if exists <local/study-desk>
}
`;

/** The command line is the bundled one, by Debian's Node: Electron's own can't be made to run it (the fuse is off). */
const COMMAND = `#!/bin/sh
exec /usr/bin/nodejs /opt/study-desk/cli/dist/host/cli.cjs "$@"
`;

const AFTER_INSTALL = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  # the sandbox is made of user namespaces; only a system without them needs the program that root lends its rights to
  if [ -L /proc/self/ns/user ] && unshare --user true 2>/dev/null; then
    chmod 0755 /opt/study-desk/chrome-sandbox
  else
    chmod 4755 /opt/study-desk/chrome-sandbox
  fi
  # an AppArmor before version 4 does not know the profile, and does not need it
  profile=/opt/study-desk/resources/apparmor-profile
  if command -v apparmor_parser >/dev/null && apparmor_parser --skip-kernel-load "$profile" >/dev/null 2>&1; then
    cp "$profile" /etc/apparmor.d/study-desk
    if ! ischroot 2>/dev/null && aa-enabled --quiet 2>/dev/null; then
      apparmor_parser --replace --write-cache /etc/apparmor.d/study-desk || true
    fi
  fi
fi
`;

const AFTER_REMOVAL = `#!/bin/sh
set -e
case "$1" in
  remove|purge)
    if [ -e /etc/apparmor.d/study-desk ]; then
      if ! ischroot 2>/dev/null && command -v apparmor_parser >/dev/null; then
        apparmor_parser --remove /etc/apparmor.d/study-desk 2>/dev/null || true
      fi
      rm -f /etc/apparmor.d/study-desk
    fi
    ;;
esac
`;

const mark = (developmentCopy) => (developmentCopy ? '.NOT-FOR-RELEASE' : '');

/** Makes a tar.gz of what lies unpacked in `folder`, in a folder `study-desk`, and gives its path. */
export async function makeTar({folder, release, developmentCopy, arch = process.arch}) {
  const file = join(release, `study-desk-${arch}${mark(developmentCopy)}.tar.gz`);
  const packed = ['-C', dirname(folder), `--transform=s,^${basename(folder)},study-desk,`];
  const compression = `--use-compress-program=gzip -${developmentCopy ? 1 : 9}`;
  await must('tar', [
    compression,
    '--owner=0',
    '--group=0',
    ...packed,
    '-cf',
    file,
    basename(folder),
  ]);
  return file;
}

/**
 * Makes the deb of what lies unpacked in `folder` and gives its path. One made with the development copy of Electron
 * says in its name and description that it is not for release. `version` is that of package.json unless it is given.
 */
export async function makeDeb({root, folder, release, developmentCopy, ...other}) {
  const architecture = ARCHITECTURES[other.arch ?? process.arch];
  if (architecture === undefined) throw new Trouble('Debian has no name here for this processor.');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const {description} = manifest;
  const version = other.version ?? manifest.version;
  const staged = join(release, 'deb');
  await rm(staged, {recursive: true, force: true});
  try {
    await stageFiles(root, folder, staged);
    await writeAll(staged, 0o644, {
      'DEBIAN/control': control({version, description, architecture, developmentCopy}),
    });
    await writeAll(staged, 0o755, {
      'DEBIAN/postinst': AFTER_INSTALL,
      'DEBIAN/postrm': AFTER_REMOVAL,
    });
    const name = `study-desk_${version}_${architecture}${mark(developmentCopy)}.deb`;
    const file = join(release, name);
    await must('chmod', ['-R', 'u=rwX,go=rX', staged]);
    // what only tests use need not be small
    const compression = developmentCopy ? ['-Zgzip', '-z1'] : ['-Zxz'];
    await must('dpkg-deb', ['--root-owner-group', ...compression, '--build', staged, file]);
    return file;
  } finally {
    await rm(staged, {recursive: true, force: true});
  }
}

async function stageFiles(root, folder, staged) {
  const app = join(staged, 'opt/study-desk');
  await mkdir(dirname(app), {recursive: true});
  await must('cp', ['-a', folder, app]);
  await writeAll(app, 0o644, {'resources/apparmor-profile': APPARMOR_PROFILE});
  await stageCommandLine(root, join(app, 'cli'));
  await writeAll(staged, 0o644, {
    'usr/share/applications/study-desk.desktop': DESKTOP_ENTRY,
    'usr/share/mime/packages/study-desk.xml': MIME_TYPE,
  });
  await writeAll(staged, 0o755, {'usr/bin/study-desk': COMMAND});
  const copies = {
    'build/icon.png': 'usr/share/icons/hicolor/1024x1024/apps/study-desk.png',
    'build/icon.svg': 'usr/share/icons/hicolor/scalable/apps/study-desk.svg',
    LICENSE: 'usr/share/doc/study-desk/copyright',
  };
  for (const [from, to] of Object.entries(copies)) await cp(join(root, from), join(staged, to));
}

/** The bundles of the command line, laid out as in a checkout, since Node can't read the application's archive. */
async function stageCommandLine(root, cli) {
  const host = join(cli, 'dist/host');
  await mkdir(host, {recursive: true});
  await cp(join(root, 'package.json'), join(cli, 'package.json'));
  for (const name of await bundlesOf(join(root, 'dist/host'), 'cli.cjs'))
    await cp(join(root, 'dist/host', name), join(host, name));
  await symlink('../../../resources/app.asar.unpacked/dist/host/duckdb', join(host, 'duckdb'));
  // the pages of `study-desk web`
  await cp(join(root, 'dist/renderer'), join(cli, 'dist/renderer'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
  await mkdir(join(cli, 'electron/sample'), {recursive: true});
  await symlink('../../../resources/sample', join(cli, 'electron/sample/study'));
  await mkdir(join(cli, 'electron/export'), {recursive: true});
  await symlink('../../../resources/export', join(cli, 'electron/export/folder'));
}

/** A bundle and those that it may read later, by the names written in them. */
export async function bundlesOf(host, first) {
  const present = (await readdir(host)).filter((name) => name.endsWith('.cjs'));
  const found = new Set([first]);
  for (const name of found) {
    const text = await readFile(join(host, name), 'utf8');
    for (const other of present)
      // a thread is started by its name alone
      if (text.includes(other) || text.includes(`"${other.replace(/\.worker\.cjs$/, '')}"`))
        found.add(other);
  }
  return [...found];
}

function control({version, description, architecture, developmentCopy}) {
  const summary = 'Develop OpenSAFELY studies on your own computer';
  return `${[
    'Package: study-desk',
    `Version: ${version.replaceAll('-', '~')}`,
    `Architecture: ${architecture}`,
    'Maintainer: The Study Desk authors',
    'Section: science',
    'Priority: optional',
    `Depends: ${NEEDS.join(', ')}`,
    // everything but running actions works without an engine
    'Recommends: docker.io | docker-ce | podman',
    `Description: ${developmentCopy ? 'NOT FOR RELEASE: ' : ''}${summary}`,
    ` ${description}`,
    ...(developmentCopy
      ? [
          ' .',
          ' NOT FOR RELEASE: made with the copy of Electron for development and tests.',
          ' Do not give it to others.',
        ]
      : []),
  ].join('\n')}\n`;
}

async function writeAll(folder, mode, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), {recursive: true});
    await writeFile(file, text);
    await chmod(file, mode);
  }
}

async function must(command, args) {
  const result = await run(command, args, {timeoutMs: 600_000});
  if (result.code !== 0) throw new Trouble(`${command} failed:\n${lastLines(result, 5)}`);
}
