import {execFileSync} from 'node:child_process';
import {chmodSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {canMakeUsers, makeUser, type OrdinaryUser} from './ordinaryUser';
import {pythonStudy, writes} from './runCli';

const GROUP = `study-desk-group-${process.pid}`;
/** New files are for the group too, as in a folder that is shared. */
const umask = '002';

if (!canMakeUsers()) console.warn('NOT TESTED: two users of one study; that needs root on Linux.');

describe.skipIf(!canMakeUsers())('a study in a folder that a group shares', () => {
  const users: OrdinaryUser[] = [];
  let dir = '';
  let at: readonly string[] = [];
  const userOf = (index: number): OrdinaryUser => {
    const user = users[index];
    if (user === undefined) throw new Error(`There is no user ${index}`);
    return user;
  };

  beforeAll(async () => {
    execFileSync('groupadd', [GROUP]);
    for (const name of ['one', 'two']) {
      const user = makeUser(`sd-${name}-${process.pid}`, {});
      user.join(GROUP);
      users.push(user);
    }
    dir = pythonStudy({a: [[], writes('a', 'a\n1\n')]});
    at = ['--project-dir', dir];
    execFileSync('chgrp', ['-R', GROUP, dir]);
    execFileSync('chmod', ['-R', 'g+rwX', dir]);
    chmodSync(dir, 0o2770);
    const ran = await userOf(0).cli(['run', 'a', '--executor', 'process', ...at], {umask});
    expect(ran.stdout + ran.stderr).toContain('Succeeded: 1 of 1');
  });
  afterAll(async () => {
    for (const user of users) await user.remove();
    execFileSync('groupdel', [GROUP]);
    rmSync(dir, {recursive: true, force: true});
  });

  it('gives the group the logs that opensafely run writes too, and our own records to their owner', () => {
    const log = userOf(1).run('cat', [join(dir, 'metadata/a.log')]);
    expect(log).toContain('status_message: Completed successfully');
    expect(() => userOf(1).run('ls', [join(dir, 'metadata/study-desk')])).toThrow();
  });

  it('is never called up to date, nor never run, for one who may not read the records', async () => {
    const status = await userOf(1).cli(['status', '--json', '--exit-code', ...at], {umask});
    expect([status.code, status.json()]).toMatchObject([6, [{action: 'a', state: 'not-verified'}]]);
    for (const command of ['logs', 'why']) {
      const told = await userOf(1).cli([command, 'a', ...at], {umask});
      expect(told.stderr).toContain('It is not known whether `a` has been run.');
      expect(told.stderr).toContain('You do not have permission');
    }
    const run = await userOf(1).cli(['run', 'a', '--executor', 'process', ...at], {umask});
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('You do not have permission');
    // and the owner finds all as it was
    expect((await userOf(0).cli(['status', '--exit-code', ...at], {umask})).code).toBe(0);
  });
});
