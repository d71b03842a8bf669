import {mkdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {build} from 'esbuild';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {takeStudyLock, type StudyLock} from '../../../electron/runs/studyLock';
import {longTest} from '../../gateShare';
import {
  networkFolder,
  noNetworkFolder,
  untilSaid,
  type FarProcess,
  type NetworkFolder,
} from './networkFolder';

const BEAT_MS = 200;
const SILENCE_MS = 5000;
const CACHE_SECONDS = 1;

const missing = noNetworkFolder();
if (missing !== null) console.warn(`NOT TESTED: two computers on one network folder; ${missing}.`);

describe.skipIf(missing !== null)('two computers on one network folder', () => {
  const bundle = join(process.cwd(), 'dist/tests', `farLock-${process.pid}.cjs`);
  let disk: NetworkFolder;
  let study = '';
  let lock = '';
  const held: StudyLock[] = [];

  beforeAll(async () => {
    await build({
      entryPoints: [join(import.meta.dirname, '../../unit/runs/lockProcess.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      logLevel: 'warning',
    });
  });
  afterAll(() => rm(bundle, {force: true}));
  beforeEach(async () => {
    disk = await networkFolder(CACHE_SECONDS);
    study = join(disk.path, 'study');
    lock = studyFolder(study).lock;
    await mkdir(studyFolder(study).root, {recursive: true});
  });
  afterEach(async () => {
    for (const each of held.splice(0)) await each.release();
    await disk.remove();
  });

  const take = async () => {
    const taken = await takeStudyLock(lock, {
      study,
      takenAt: new Date().toISOString(),
      beatMs: BEAT_MS,
      silenceMs: SILENCE_MS,
    });
    if (taken.ok) held.push(taken.value);
    return taken;
  };
  const farHolder = async (): Promise<FarProcess> => {
    const words = [process.execPath, bundle, lock, study, String(BEAT_MS)];
    const far = disk.start('far-computer', words);
    await untilSaid(far, 'held\n');
    return far;
  };

  it('keep each other out, with the name of the one that runs', async () => {
    await farHolder();
    expect(await take()).toMatchObject({
      ok: false,
      error: {
        message: 'Another Study Desk on the computer far-computer is running jobs in this study.',
      },
    });
  });

  it('take over from one that was switched off, once it has been silent', async () => {
    const far = await farHolder();
    await far.kill();
    const before = performance.now();
    expect(await take()).toMatchObject({ok: true});
    expect(performance.now() - before).toBeGreaterThan(SILENCE_MS - 500);
  });

  longTest(
    'take over from one that sleeps, which knows it when it wakes and does not touch the lock',
    async () => {
      const far = await farHolder();
      await far.sleep(true);
      const taken = await take();
      if (!taken.ok) throw new Error(taken.error.message);
      await far.sleep(false);
      await untilSaid(far, 'lost: Another Study Desk has taken this study over.\n');
      expect(await taken.value.check()).toEqual({ok: true, value: null});
      // dead, its lock must not be kept alive by the other one
      await taken.value.release();
      await expect(stat(lock)).rejects.toThrow('ENOENT');
      await delay(BEAT_MS * 3);
      await expect(stat(lock)).rejects.toThrow('ENOENT');
    },
  );
});
