import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {lstat, mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {restoreIds} from '../../../electron/core/provenance/studyCache';
import {incomingFile} from '../../../electron/runs/collectedFiles';
import {placeFiles, restoreId} from '../../../electron/runs/placeOutputs';
import {readDefinitions} from '../../../electron/runs/runDefinitions';
import {RunService} from '../../../electron/runs/runService';
import {createRun} from '../../../electron/runs/runStore';
import {prepareStudyFolder, studyFolder} from '../../../electron/runs/studyFolder';
import {ok} from '../../../shared/result';
import {type RunRecord} from '../../../shared/run';
import {someJob, someRun} from './someJob';
import {folderOfTest} from '../../temporary';

const RESTORED_AT = '2026-04-01T10:00:00.000Z';
const RUN_ID = 'abcdef0123';

let dir = '';
beforeEach(() => {
  dir = folderOfTest();
});

/** Puts a file there that fails to be read with EIO, as on a disk that is failing. */
async function failing(path: string): Promise<void> {
  await mkdir(dirname(path), {recursive: true});
  await rm(path, {force: true});
  await symlink('/proc/self/mem', path);
}

/** What comes first with the study's lock in hand: outputs half placed are settled. */
function settle() {
  const service = new RunService({
    folder: studyFolder(dir),
    roomOf: () => null,
    executorOf: () => {
      throw new Error('nothing is run');
    },
    now: Date.now,
    emit: () => undefined,
    logLimitBytes: () => Infinity,
    runLimit: () => null,
    restores: () => restoreIds(dir),
    halfDone: {isThere: async () => false, finish: async () => ok(null)},
  });
  return service.whileLocked(async () => ok(null));
}

/** Places a new output, of which the note still lies there. */
async function placed(id: string): Promise<void> {
  const made = await prepareStudyFolder(studyFolder(dir));
  expect(made.ok).toBe(true);
  const prefix = join(studyFolder(dir).incoming, id);
  await mkdir(dirname(prefix), {recursive: true});
  await writeFile(join(dir, 'o.csv'), 'old');
  await writeFile(incomingFile(prefix, 'o.csv'), 'new');
  expect(await placeFiles(dir, prefix, ['o.csv'], true)).toEqual(ok(null));
}

const output = () => readFileSync(join(dir, 'o.csv'), 'utf8');
/** Whoever holds the lock takes it into a folder of its own. */
const hasNote = (id: string) =>
  existsSync(studyFolder(dir).incoming) &&
  readdirSync(studyFolder(dir).incoming, {recursive: true, encoding: 'utf8'}).some((name) =>
    name.endsWith(`${id}-swap`),
  );

const succeededRun = (jobId: string): RunRecord =>
  someRun(RUN_ID, [someJob('one', {id: jobId, statusCode: 'succeeded', state: 'succeeded'})], {
    ...{startedAt: RESTORED_AT, endedAt: RESTORED_AT, outcome: 'succeeded'},
  });

// only Linux has a file that can be opened and not read, whoever asks
describe.skipIf(process.platform !== 'linux')(
  'a record that the disk fails to read (Linux only)',
  () => {
    it('of a run: what its job has placed is neither kept nor taken back before it can be read', async () => {
      await placed('job');
      const record = join(studyFolder(dir).runs, `000001-${RUN_ID}`, 'run.json');
      await failing(record);
      expect(await settle()).toMatchObject({error: {kind: 'file-system'}});
      expect([output(), hasNote('job')]).toEqual(['new', true]);
      await rm(dirname(record), {recursive: true});
      const journal = await createRun(studyFolder(dir), succeededRun('job'));
      await journal.finish(succeededRun('job'));
      expect(await settle()).toEqual(ok(null));
      expect([output(), hasNote('job')]).toEqual(['new', false]);
    });

    it('of what was put back: no more is that', async () => {
      const id = restoreId(RESTORED_AT);
      await placed(id);
      const ledger = join(studyFolder(dir).root, 'provenance/successes.jsonl');
      await failing(ledger);
      expect(await settle()).toMatchObject({error: {kind: 'file-system'}});
      expect([output(), hasNote(id)]).toEqual(['new', true]);
      // without the ledger it was never put on record
      await rm(ledger);
      expect(await settle()).toEqual(ok(null));
      expect([output(), hasNote(id)]).toEqual(['old', false]);
    });

    it('of the study’s id: it keeps it, and jobs that still run are found by it', async () => {
      const {identity} = studyFolder(dir);
      await failing(identity);
      expect(await prepareStudyFolder(studyFolder(dir))).toMatchObject({
        error: {kind: 'file-system'},
      });
      expect((await lstat(identity)).isSymbolicLink()).toBe(true);
      expect(existsSync(`${identity}.damaged`)).toBe(false);
    });

    it('of what a run’s jobs do: they are not told as lost', async () => {
      await failing(join(dir, 'definitions.json'));
      await expect(readDefinitions(dir)).rejects.toMatchObject({code: 'EIO'});
    });
  },
);
