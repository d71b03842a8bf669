import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Core} from '../../../electron/core/core';
import type {Study} from '../../../electron/core/study';
import {createCore} from '../../../electron/core/createCore';
import {outOfDateReasonText} from '../../../shared/outOfDateReason';
import {longTest} from '../../gateShare';
import {pythonStudy} from '../../cli/runCli';
import {requestFor, runToEnd} from '../runs/runToEnd';

let dir: string;
let cacheDir: string;
let core: Core;
let study: Study;

const GEN = (value: number): string =>
  `import os\nos.makedirs("output", exist_ok=True)\nopen("output/gen.csv", "w").write("${value}")\n`;

beforeEach(async () => {
  dir = pythonStudy({
    gen: [[], 'open("output/gen.csv", "w").write("1")'],
    use: [['gen'], 'open("output/use.csv", "w").write("from " + open("output/gen.csv").read())'],
  });
  await writeFile(join(dir, 'analysis/gen.py'), GEN(1));
  cacheDir = await mkdtemp(join(tmpdir(), 'study-desk-cache-'));
  core = createCore({cacheDir, settings: () => ({user: {executor: 'process'}})});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
  await run('run_all');
});

afterEach(async () => {
  await study.close();
  await core.close();
  await rm(dir, {recursive: true});
  await rm(cacheDir, {recursive: true});
});

async function run(...actions: readonly string[]): Promise<void> {
  const end = await runToEnd(study, {actions, includeStale: true}, {executor: 'process'});
  if (end.outcome !== 'succeeded') throw new Error(JSON.stringify(end.jobs));
}

async function states(): Promise<Record<string, string>> {
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) throw new Error(statuses.error.message);
  return Object.fromEntries(
    statuses.value.map(({action, provenance}) => [action, provenance.kind]),
  );
}

const output = (name: string): Promise<string> => readFile(join(dir, `output/${name}.csv`), 'utf8');

describe('steering a study by what is out of date', () => {
  it('says what changed, with the diff, in both plans', async () => {
    await writeFile(join(dir, 'analysis/gen.py'), GEN(2));
    const preview = await study.plan.prepare(
      requestFor({actions: ['run_all'], includeStale: true}),
      DEFAULT_RUN_OPTIONS,
    );
    expect(
      preview.ok && preview.value.plan.jobs.map(({action, reason}) => [action, reason]),
    ).toEqual([
      ['gen', 'out-of-date'],
      ['use', 'upstream-out-of-date'],
    ]);
    expect(preview.ok && preview.value.referencePlan.jobs).toEqual([]);
    const reason = preview.ok ? preview.value.jobs[0]?.outOfDateReasons[0] : undefined;
    expect(reason === undefined ? '' : outOfDateReasonText(reason, new Date())).toBe(
      '`analysis/gen.py` changed just now (line 3)',
    );
    const diff = await study.provenance.changes({action: 'gen', path: 'analysis/gen.py'});
    expect(diff.ok && diff.value).toMatch(/^-.*write\("1"\)\n\+.*write\("2"\)$/m);
  });

  it('takes an action as up to date when told so', async () => {
    await writeFile(join(dir, 'analysis/gen.py'), `${GEN(1)}# a comment\n`);
    expect(await states()).toEqual({gen: 'out-of-date', use: 'upstream-out-of-date'});
    expect(await study.provenance.mark({action: 'gen', reason: 'only a comment'})).toMatchObject({
      ok: true,
    });
    expect(await states()).toEqual({gen: 'up-to-date', use: 'up-to-date'});
    expect(await study.provenance.decisions()).toMatchObject({
      ok: true,
      value: [{kind: 'marked', action: 'gen', reason: 'only a comment'}],
    });
  });

  longTest(
    'puts earlier outputs back after a revert, and keeps that across a restart',
    async () => {
      await writeFile(join(dir, 'analysis/gen.py'), GEN(2));
      await run('run_all');
      expect(await output('use')).toBe('from 2');
      const usage = await study.provenance.cacheUsage();
      expect(usage).toMatchObject({ok: true, value: {files: 4}});

      await writeFile(join(dir, 'analysis/gen.py'), GEN(1));
      const offered = await study.provenance.restorable();
      expect(offered.ok && offered.value.map(({action}) => action)).toEqual(['gen', 'use']);
      // what it builds on comes along
      expect(await study.provenance.restore({actions: ['use']})).toMatchObject({ok: true});
      expect([await output('gen'), await output('use')]).toEqual(['1', 'from 1']);
      const decisions = await study.provenance.decisions();
      expect(
        decisions.ok && decisions.value.map(({kind, action}) => [kind, action]).sort(),
      ).toEqual([
        ['restored', 'gen'],
        ['restored', 'use'],
      ]);
      expect(await states()).toEqual({gen: 'up-to-date', use: 'up-to-date'});

      const again = await core.openStudy(dir, {watch: false});
      if (!again.ok) throw new Error(again.error.message);
      const preview = await again.value.plan.prepare(
        requestFor({actions: ['run_all'], includeStale: true}),
        DEFAULT_RUN_OPTIONS,
      );
      expect(preview.ok && preview.value.plan).toEqual({
        jobs: [],
        skipped: [
          {action: 'gen', reason: 'restored'},
          {action: 'use', reason: 'restored'},
        ],
      });
      await again.value.close();
      expect(await study.provenance.clearCache()).toMatchObject({
        ok: true,
        value: {bytes: 0, files: 0},
      });
      expect(await study.provenance.restorable()).toEqual({ok: true, value: []});
    },
  );
});
