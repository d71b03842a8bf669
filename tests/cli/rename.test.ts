import {existsSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {isLong, longTest} from '../gateShare';
import {pythonStudy, runCli, startCli, statesOf, writes, type CliEnd} from './runCli';

let dir = '';
beforeEach(() => {
  dir = pythonStudy({
    make: [[], writes('make', 'a\n1\n')],
    use: [['make'], writes('use', 'a\n1\n')],
  });
});
afterEach(() => rmSync(dir, {recursive: true, force: true}));

const at = (...args: readonly string[]): Promise<CliEnd> => runCli([...args, '--project-dir', dir]);
const project = (): string => readFileSync(join(dir, 'project.yaml'), 'utf8');
const run = (...actions: readonly string[]) => at('run', ...actions, '--executor', 'process');

/** Everything that is kept of actions, by name. */
async function known(...names: readonly string[]): Promise<unknown> {
  const states = await statesOf(dir);
  const logs = await Promise.all(names.map(async (name) => (await at('logs', name)).stdout));
  const limits = (await at('limits', '--json')).json();
  return {
    states: names.map((name) => states[name]),
    logs,
    limits: limits.map(({memoryBytes}) => memoryBytes),
  };
}

describe('`rename`', () => {
  it('carries state, log, limits and records with the name, and back', async () => {
    expect((await run('run_all')).code).toBe(0);
    expect((await at('limits', 'make', '--memory', '2G')).code).toBe(0);
    const [before, text] = [await known('make', 'use'), project()];
    expect(before).toMatchObject({states: ['up-to-date', 'up-to-date']});

    // what a window had seen of it
    const seen = join(dir, 'metadata/study-desk/seen.json');
    const note = {format: 1, at: '', newestRun: null, openRuns: []};
    writeFileSync(seen, JSON.stringify({...note, actions: {make: ['code changed']}}));

    const dry = await at('rename', 'make', 'made', '--dry-run', '--json');
    expect([dry.code, project(), await known('make', 'use')]).toEqual([0, text, before]);
    const done = await at('rename', 'make', 'made', '--json');
    expect([done.code, done.json()]).toEqual([0, dry.json()]);
    expect(done.json()).toEqual([
      {
        diff: expect.stringMatching(/\n-  make:\n\+  made:\n[^]*\n-.*make.*\n\+.*made/) as unknown,
        carried: ['1 run', '1 success', 'its limits', 'its log'],
      },
    ]);
    expect(await known('made', 'use')).toEqual(before);
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({
      ...note,
      actions: {made: ['code changed']},
    });
    expect((await at('limits', '--json')).json()).toMatchObject([{action: 'made'}]);
    expect(existsSync(join(dir, 'metadata/make.log'))).toBe(false);
    expect((await at('status', '--exit-code')).code).toBe(0);

    expect((await at('rename', 'made', 'make')).code).toBe(0);
    expect([project(), await known('make', 'use')]).toEqual([text, before]);
  });

  it('carries a mark as up to date, and those that cover what is built on it', async () => {
    await run('run_all');
    writeFileSync(
      join(dir, 'analysis/make.py'),
      `${readFileSync(join(dir, 'analysis/make.py'), 'utf8')}# more\n`,
    );
    expect((await at('mark', 'use', '--reason', 'only a comment')).code).toBe(0);
    expect((await at('mark', 'make', '--reason', 'only a comment')).code).toBe(0);
    expect((await at('rename', 'make', 'made')).code).toBe(0);
    expect(await statesOf(dir)).toEqual({made: 'up-to-date', use: 'up-to-date'});
  });

  longTest('never takes what is kept of an earlier action of that name for its own', async () => {
    expect((await run('use')).code).toBe(0);
    const text = project();
    writeFileSync(join(dir, 'project.yaml'), text.replace('use:', 'used:'));
    expect((await statesOf(dir))['used']).toBe('never-run');
    expect((await at('rename', 'used', 'use')).code).toBe(0);
    expect((await statesOf(dir))['use']).toBe('never-run');
  });

  it.each([
    ['make', 'use', 2],
    ['make', 'a b', 2],
    ['gone', 'new', 2],
  ])('refuses %s to %s', async (from, to, code) => {
    const text = project();
    const refused = await at('rename', from, to);
    expect([refused.code, project()]).toEqual([code, text]);
    expect(refused.stderr).toMatch(/^study-desk: /);
  });

  it('refuses while a run is under way', async () => {
    const go = join(dir, 'metadata-go');
    writeFileSync(
      join(dir, 'analysis/make.py'),
      `import os, time\nos.makedirs("output", exist_ok=True)\nprint("begun", flush=True)\nwhile not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)\n${writes('make', 'a\n1\n')}`,
    );
    const call = startCli(['run', 'make', '--executor', 'process', '--json', '--project-dir', dir]);
    try {
      await call.saw('"text":"begun"');
      const text = project();
      const refused = await at('rename', 'use', 'used');
      expect([refused.code, project()]).toEqual([1, text]);
      writeFileSync(go, '');
      expect((await call.end).code).toBe(0);
    } finally {
      if (call.child.exitCode === null) call.child.kill('SIGKILL');
    }
  });

  it('is finished or undone by the next command where it was killed on its way', async () => {
    expect((await run('run_all')).code).toBe(0);
    const before = await known('make', 'use');
    const ends = new Set<string>();
    // the gate is content with the first that is cut off
    for (let wait = 0; wait < 5 && (isLong || !ends.has('cut off')); wait += 1) {
      const [from, to] = project().includes('  made:') ? ['made', 'make'] : ['make', 'made'];
      const call = startCli(['rename', from, to, '--project-dir', dir]);
      // killed so many milliseconds after it has begun
      const note = join(dir, 'metadata/study-desk/renaming.json');
      while (!existsSync(note) && call.child.exitCode === null) await delay(1);
      await delay(wait);
      call.child.kill('SIGKILL');
      await call.end;
      const left = existsSync(note);
      const settled = await run('use');
      expect(settled.code, settled.stderr).toBe(0);
      const name = project().includes('  made:') ? 'made' : 'make';
      ends.add(left ? 'cut off' : 'whole');
      expect(await known(name, 'use')).toEqual(before);
      expect(existsSync(note)).toBe(false);
      expect(readdirSync(dir).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    }
    expect([...ends]).toContain('cut off');
  });
});
