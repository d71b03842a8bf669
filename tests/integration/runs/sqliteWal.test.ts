import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {readOpensafelyJobs} from '../../../electron/runs/opensafelyState';
import {isLong} from '../../gateShare';

let dir: string;
const database = () => join(dir, 'metadata', 'db.sqlite');

/** What a database looks like while SQLite itself writes to it: committed, uncommitted and left-over frames in its log. */
const WRITE = `
import shutil, sqlite3, sys
source, target = sys.argv[1:3]
db = sqlite3.connect(source, isolation_level=None)
db.execute("pragma page_size = 1024")
db.execute("pragma journal_mode = wal")
db.execute("pragma wal_autocheckpoint = 0")
db.execute("pragma cache_size = 5")
db.execute("""create table job (id text primary key, job_request_id text, state text, workspace text, action text,
  status_code text, status_message text, cancelled bool, created_at int, updated_at int, started_at int,
  completed_at int, outputs text)""")
def add(first, count):
    for i in range(first, first + count):
        db.execute("insert into job values (?, 'r', 'succeeded', 'study', ?, 'succeeded', ?, 0, ?, 1, 1, 1, '{}')",
            (str(i), f"action_{i}", "m" * 300, i))
add(0, 200)
db.execute("pragma wal_checkpoint(restart)")
add(200, 20)
db.execute("update job set state = 'running' where id = '7'")
db.execute("begin")
add(1000, 100)
shutil.copyfile(source, target)
shutil.copyfile(source + "-wal", target + "-wal")
db.execute("rollback")
db.close()
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-wal-'));
  await mkdir(join(dir, 'metadata'));
  execFileSync('python3', ['-I', '-S', '-c', WRITE, join(dir, 'live.sqlite'), database()]);
});

afterAll(() => rm(dir, {recursive: true, force: true}));

it('reads what `opensafely run` has committed while it runs, and nothing else', async () => {
  const jobs = await readOpensafelyJobs(dir, 'study');
  expect(jobs.map(({id}) => id)).toEqual([...Array(220).keys()].map(String));
  expect(jobs[7]?.state).toBe('running');
});

it('reads whole transactions of a log that is torn anywhere, and all of the database without it', async () => {
  const wal = await readFile(`${database()}-wal`);
  const whole = await readFile(database());
  let most = 0;
  for (let length = 0; length <= wal.length; length += isLong ? 1511 : 9001) {
    await writeFile(`${database()}-wal`, wal.subarray(0, length));
    const {length: count} = await readOpensafelyJobs(dir, 'study');
    expect(count).toBeGreaterThanOrEqual(Math.max(200, most));
    most = count;
  }
  expect(most).toBe(220);
  await rm(`${database()}-wal`);
  expect(await readOpensafelyJobs(dir, 'study')).toHaveLength(200);
  // nothing of theirs was changed
  expect((await readFile(database())).equals(whole)).toBe(true);
});

it('passes over a log that is none', async () => {
  for (const content of [Buffer.from('torn'), Buffer.alloc(5000, 7)]) {
    await writeFile(`${database()}-wal`, content);
    expect(await readOpensafelyJobs(dir, 'study')).toHaveLength(200);
  }
});
