import {describe, expect, it} from 'vitest';
import {gravestOf} from '../../../shared/doctor';
import type {EngineStatus} from '../../../shared/engine';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {
  judgeGit,
  judgeOwners,
  judgePermissions,
  judgeSandbox,
} from '../../../electron/doctor/judgeComputer';
import {
  judgeArchitecture,
  judgeClock,
  judgeEngine,
  judgeImages,
  judgeMemory,
  judgeRegistry,
} from '../../../electron/doctor/judgeEngine';
import {judgeRecords, judgeRun} from '../../../electron/doctor/judgeStudy';
import {judgeProxies, proxiesOf} from '../../../electron/doctor/proxies';
import type {Judgement} from '../../../electron/doctor/judgement';
import {fileSystemOf, judgePlace, synchronisedBy} from '../../../electron/doctor/studyPlace';

const READY: EngineStatus = {
  ...{state: 'ready', name: 'Docker 26.1.5', platform: 'linux/amd64', cpus: 4},
  memoryBytes: 8 * 1024 ** 3,
};
const DOWN: EngineStatus = {
  ...{state: 'down', trouble: 'stopped', message: 'No engine answers at tcp://lab:1.'},
  ...{hint: 'Start it.', remedy: {kind: 'command', command: 'sudo systemctl start docker'}},
};
const HOST = {
  ...{isLocal: true, holdsLimits: true, clockErrorMs: 20, proxies: null, freeBytes: null},
};
const HELD = ok({...HOST, clockAheadMs: 0});
const LOAD = {together: 2, largestMemoryBytes: 4 * 1024 ** 3, largestCpus: 2};

const results = (judgements: readonly Judgement[]) => judgements.map(({result}) => result);
const words = (judgements: readonly Judgement[]) =>
  judgements.map(({message}) => message).join(' ');

describe('the doctor says of the engine', () => {
  it('that it is down, with what starts it, and names no other computer in a report', () => {
    const [said] = judgeEngine(DOWN);
    expect(said).toMatchObject({result: 'wrong', hint: 'Start it.', remedy: {kind: 'command'}});
    expect(said?.inReport).not.toContain('lab');
    expect(results(judgeMemory(DOWN, LOAD, HELD))).toEqual(['not-checked']);
  });

  it('whether its memory holds what jobs may take together', () => {
    expect(results(judgeMemory(READY, LOAD, HELD))).toEqual(['ok']);
    expect(words(judgeMemory(READY, {...LOAD, together: 3}, HELD))).toContain('3 jobs at a time');
    expect(results(judgeMemory(READY, {...LOAD, largestCpus: 8}, HELD))).toEqual(['wrong']);
    const free = ok({...HOST, holdsLimits: false, clockAheadMs: 0});
    expect(results(judgeMemory(READY, LOAD, free))).toEqual(['ok', 'warning']);
  });

  it('that images are emulated', () => {
    const arm = {...READY, platform: 'linux/arm64'} as EngineStatus;
    expect(judgeArchitecture(arm)[0]).toMatchObject({result: 'warning'});
    expect(results(judgeArchitecture(READY))).toEqual(['ok']);
  });

  it.each([
    [600_000, 'warning', '10 m ahead of'],
    [-600_000, 'warning', '10 m behind'],
    [1500, 'ok', 'Within 2 s'],
    [10, 'ok', 'Within 1 s'],
    [null, 'not-checked', 'does not give'],
  ] as const)('how far its clock is off (%s)', (clockAheadMs, result, said) => {
    const judged = judgeClock({...HOST, clockAheadMs});
    expect(results(judged)).toEqual([result]);
    expect(words(judged)).toContain(said);
  });

  it('no more of a clock than can be known where it answers slowly', () => {
    const judged = judgeClock({...HOST, clockAheadMs: 4000, clockErrorMs: 3000});
    expect(judged[0]).toMatchObject({result: 'ok', message: 'Within 7 s.'});
  });

  it('that the registry was not asked, with a button that does', () => {
    expect(judgeRegistry(null)[0]).toMatchObject({
      result: 'not-checked',
      remedy: {kind: 'ask-registry'},
    });
    expect(results(judgeRegistry(ok('ghcr.io')))).toEqual(['ok']);
    expect(results(judgeRegistry(err(appError('network', 'No answer.'))))).toEqual(['warning']);
  });

  it('which images are to be downloaded', () => {
    const image = {present: true, id: null, sizeBytes: null, digest: null, createdAt: null};
    const rest = {architecture: null, neededBy: ['a'], emulated: false};
    const images = [
      {...image, ...rest, image: 'x.org/r:v2'},
      {...image, ...rest, image: 'x.org/python:v2', present: false},
    ];
    const said = judgeImages(ok({images, notYetKnown: ['reusable:v1'], registry: 'x.org'}));
    expect(results(said)).toEqual(['warning', 'not-checked']);
    expect(said[0]?.message).toContain(': python:v2.');
    expect(said.map(({inReport}) => inReport).join(' ')).not.toMatch(/python|reusable:v1/);
  });
});

describe('the doctor says of proxies', () => {
  const own = proxiesOf({HTTPS_PROXY: 'http://me:secret@proxy:3128/', http_proxy: 'proxy:3128'});

  it('which ones they are, without a login', () => {
    const said = judgeProxies(own, {http: '', https: ''});
    expect(said[0]).toMatchObject({result: 'warning'});
    expect(words(said)).toContain('names http://proxy:3128');
    expect(JSON.stringify(said)).not.toMatch(/secret|me:/);
  });

  it.each([
    [{}, {http: '', https: ''}, 'ok'],
    [{}, {http: '', https: 'http://proxy:1'}, 'ok'],
    [{https_proxy: 'http://proxy:1/'}, {http: '', https: 'http://u:p@proxy:1'}, 'ok'],
    [{https_proxy: 'http://proxy:1'}, {http: '', https: 'http://proxy:2'}, 'warning'],
    [{https_proxy: 'http://proxy:1'}, null, 'warning'],
    [{}, null, 'not-checked'],
  ] as const)('whether they agree (%#)', (env, engine, result) => {
    expect(results(judgeProxies(proxiesOf(env), engine))).toEqual([result]);
  });
});

describe('the doctor says of the computer', () => {
  const GIT = {
    ...{version: '2.47.3', distrusted: false, inRepository: true, underWay: null, state: null},
  };

  it('what git lacks, and the command that mends it', () => {
    const said = judgeGit("/var/home/me/it's", {...GIT, distrusted: true, underWay: 'merge'});
    expect(results(said)).toEqual(['ok', 'warning', 'warning', 'not-checked']);
    expect(said[1]?.remedy).toEqual({
      kind: 'command',
      command: String.raw`git config --global --add safe.directory '/var/home/me/it'\''s'`,
    });
    expect(results(judgeGit(null, {...GIT, version: null}))).toEqual(['warning']);
    expect(results(judgeGit('/s', {...GIT, inRepository: false}))).toEqual(['ok', 'warning']);
  });

  it('which rights are missing', () => {
    const all = {
      ...{studyDir: '/s', studyWritable: true, recordsWritable: true, diskFault: null},
      homeExists: true,
      ...{folders: [{what: 'Settings', path: '/h/.config', writable: true}], umask: 0o022},
    };
    expect(results(judgePermissions(all))).toEqual(['ok']);
    expect(words(judgePermissions({...all, umask: 0o077}))).toContain('umask 077');
    expect(results(judgePermissions({...all, umask: 0o277}))).toEqual(['wrong']);
    expect(
      results(judgePermissions({...all, studyWritable: false, recordsWritable: false})),
    ).toEqual(['wrong']);
    expect(words(judgePermissions({...all, recordsWritable: false}))).toContain(
      'metadata/study-desk',
    );
    const broken = judgePermissions({...all, diskFault: 'EIO'});
    expect(results(broken)).toEqual(['wrong']);
    expect(words(broken)).toContain('takes nothing any more (EIO)');
    const homeless = {
      ...all,
      homeExists: false,
      folders: all.folders.map((each) => ({...each, writable: false})),
    };
    expect(results(judgePermissions(homeless))).toEqual(['warning', 'warning']);
  });

  it('whose files are not yours', () => {
    const facts = {
      dir: '/s',
      uid: 1000,
      foreign: ['output/a.csv'],
      allOfRoot: true,
      cutShort: false,
    };
    expect(judgeOwners(facts)).toMatchObject({
      result: 'warning',
      message: '1 file or folder belongs to root, such as output/a.csv.',
      remedy: {command: 'sudo chown -R "$(id -u):$(id -g)" /s'},
      inReport: 'Files belong to root.',
    });
    expect(judgeOwners({...facts, foreign: []}).result).toBe('ok');
    expect(judgeOwners({...facts, foreign: [], cutShort: true}).result).toBe('not-checked');
    expect(judgeOwners({...facts, uid: 0}).result).toBe('ok');
  });

  it('whether user namespaces are refused', () => {
    const facts = {platform: 'linux', uid: 1000, inWindow: false, settings: {}} as const;
    expect(judgeSandbox(facts).result).toBe('ok');
    const refused = {apparmor_restrict_unprivileged_userns: '1'};
    expect(judgeSandbox({...facts, settings: refused})).toMatchObject({
      result: 'warning',
      remedy: {command: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'},
    });
    expect(judgeSandbox({...facts, settings: refused, inWindow: true}).result).toBe('ok');
    expect(judgeSandbox({...facts, platform: 'darwin'}).result).toBe('ok');
  });
});

describe('the doctor says of the place of a study', () => {
  it.each([
    ['/var/home/me/Dropbox/study', [], 'Dropbox'],
    ['/var/home/me/Dropbox (Work)/study', [], 'Dropbox'],
    ['C:\\Users\\me\\OneDrive - University\\study', [], 'OneDrive'],
    ['/Users/me/Library/Mobile Documents/com~apple~CloudDocs/study', [], 'iCloud Drive'],
    ['/Users/me/Library/CloudStorage/GoogleDrive-me@x.org/My Drive/study', [], 'Google Drive'],
    ['/Users/me/Library/CloudStorage/OneDrive-Uni/study', [], 'OneDrive'],
    ['/var/home/me/cloud/study', ['.nextcloudsync.log'], 'Nextcloud'],
    ['/var/home/me/sync/study', ['.stfolder'], 'Syncthing'],
    ['/var/home/me/dropbox-paper-analysis', [], null],
    ['/var/home/me/onedriver/box', ['.git'], null],
  ])('%s', (dir, marks, program) => expect(synchronisedBy({dir, marks})).toBe(program));

  const MOUNTS = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '40 22 0:33 / /mnt/my\\040share rw shared:9 - nfs4 server:/x rw',
    '41 22 0:34 / /mnt/c rw shared:9 - 9p drvfs rw',
    '42 22 0:35 / /var/home rw - tmpfs none rw',
    '43 22 0:36 / /var/home rw - btrfs /dev/vdb rw',
  ].join('\n');

  it('which file system it is, by the mount that is nearest and newest', () => {
    expect(fileSystemOf('/srv/x', MOUNTS)).toBe('ext4');
    expect(fileSystemOf('/mnt/my share/study', MOUNTS)).toBe('nfs4');
    expect(fileSystemOf('/mnt/cache/study', MOUNTS)).toBe('ext4');
    expect(fileSystemOf('/var/home/me', MOUNTS)).toBe('btrfs');
    expect(fileSystemOf('/x', '')).toBeNull();
  });

  it.each([
    ['nfs4', ['warning'], 'network drive (nfs4)'],
    ['fuse.sshfs', ['warning'], 'network drive'],
    ['9p', ['warning'], 'another system lends'],
    ['ext4', ['ok'], 'On a disk of this computer'],
    [null, ['ok'], 'in no folder that is known'],
  ] as const)('%s', (fileSystem, expected, said) => {
    const judged = judgePlace({platform: 'linux', dir: '/s', fileSystem, marks: []});
    expect(results(judged)).toEqual(expected);
    expect(words(judged)).toContain(said);
  });
});

describe('the doctor says of a study', () => {
  it('what a run would meet, and not twice what has a check of its own', () => {
    const findings = [
      {level: 'ok', check: 'project', message: 'Valid.', hint: null},
      {level: 'warning', check: 'disk', message: 'Full.', hint: null},
      {level: 'block', check: 'other-runner', message: 'Wait.', hint: 'A while.'},
    ] as const;
    expect(judgeRun(ok(findings), ['disk'])).toMatchObject([
      {result: 'wrong', message: 'Wait.', hint: 'A while.'},
    ]);
    expect(results(judgeRun(ok([findings[0]]), []))).toEqual(['ok']);
    expect(results(judgeRun(err(appError('bug', 'No.')), []))).toEqual(['not-checked']);
  });

  it('what is damaged, and that not all was looked through unless told to', () => {
    expect(judgeRecords({damaged: [], putAside: null})[0]).toMatchObject({
      result: 'ok',
      remedy: {kind: 'repair'},
    });
    const damaged = [
      {message: 'x is damaged.', isPutAside: true},
      {message: 'y is another user’s.', isPutAside: false},
    ];
    expect(judgeRecords({damaged, putAside: null}).map(({hint}) => hint)).toEqual([
      'It is put aside at the next run.',
      'It stays as it is, and is read again once that is put right.',
    ]);
    expect(judgeRecords({damaged, putAside: ok(['x is aside.'])}).map(({hint}) => hint)).toEqual([
      'Delete it once it is of no use to you.',
      'It stays as it is, and is read again once that is put right.',
    ]);
    expect(judgeRecords({damaged: [], putAside: ok([])})[0]?.remedy).toBeNull();
    expect(results(judgeRecords({damaged: [], putAside: ok(['x is aside.'])}))).toEqual([
      'warning',
    ]);
  });

  it('the gravest of several', () => {
    const at = (result: Judgement['result']) =>
      ({check: 'git', message: '', hint: null, remedy: null, inReport: '', result}) as const;
    expect(gravestOf([at('ok'), at('not-checked')])).toBe('not-checked');
    expect(gravestOf([at('warning'), at('wrong'), at('ok')])).toBe('wrong');
  });
});
