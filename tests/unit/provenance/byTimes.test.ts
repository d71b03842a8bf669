import {chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import initSqlJs from 'sql.js';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {knownSuccesses} from '../../../electron/core/provenance/studyProvenance';
import {
  createProvenance,
  type ProvenanceStore,
} from '../../../electron/provenance/createProvenance';
import {readOpensafelyJobs} from '../../../electron/runs/opensafelyState';
import {createRunHistory} from '../../../electron/runs/runHistory';
import type {Action} from '../../../shared/project';
import {SmallStudy} from './smallStudy';

const GEN = {name: 'gen', script: 'analysis/gen.R'};
const USE = {name: 'use', needs: ['gen'], script: 'analysis/use.R'};

interface Row {
  readonly action: string;
  readonly run_command: string | null;
  readonly requires_outputs_from: string | null;
  readonly output_spec: string | null;
  readonly started_at: number | null;
  readonly completed_at: number;
}

let study: SmallStudy;
let store: ProvenanceStore;
/** The second in which the runs began: all that was written before is older. */
let start: number;
let sql: Awaited<ReturnType<typeof initSqlJs>>;

beforeAll(async () => {
  sql = await initSqlJs();
});

beforeEach(async () => {
  study = new SmallStudy([GEN, USE]);
  store = createProvenance(study.dir);
  study.write('analysis/gen.R', 'x <- 1');
  study.write('analysis/use.R', 'y <- 1');
  study.write('output/gen.csv', '1');
  study.write('output/use.csv', '2');
  // far enough ahead for a machine that has much else to do
  start = Math.floor(Date.now() / 1000) + 4;
  await record([row('gen'), row('use', {requires_outputs_from: '["gen"]'})]);
});

afterEach(async () => {
  await store.close();
  rmSync(study.dir, {recursive: true});
});

function row(action: string, parts: Partial<Row> = {}): Row {
  return {
    action,
    run_command: `r:v2 analysis/${action}.R`,
    requires_outputs_from: '[]',
    output_spec: `{"moderately_sensitive": {"out": "output/${action}.csv"}}`,
    started_at: start,
    completed_at: start + 1,
    ...parts,
  };
}

/** Writes the database of `opensafely run`, and takes its jobs in as an open study does. */
async function record(rows: readonly Row[], without: readonly string[] = []): Promise<void> {
  const database = new sql.Database();
  const columns = ['run_command', 'requires_outputs_from', 'output_spec'].filter(
    (column) => !without.includes(column),
  );
  database.run(`create table job (id text primary key, job_request_id text, state text,
    workspace text, action text, status_code text, status_message text, cancelled bool,
    created_at int, updated_at int, started_at int, completed_at int, outputs text,
    image_id text ${columns.map((column) => `, ${column} text`).join('')})`);
  for (const [index, each] of rows.entries()) {
    const values: Record<string, string | number | null> = {
      ...each,
      id: `theirs${index}`,
      state: 'succeeded',
      workspace: basename(study.dir),
      status_code: 'succeeded',
      cancelled: 0,
      created_at: start,
      outputs: `{"output/${each.action}.csv": "moderately_sensitive"}`,
    };
    const names = Object.keys(values).filter((name) => !without.includes(name));
    database.run(
      `insert into job (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      names.map((name) => values[name] ?? null),
    );
  }
  mkdirSync(join(study.dir, 'metadata'), {recursive: true});
  writeFileSync(join(study.dir, 'metadata/db.sqlite'), database.export());
  const history = createRunHistory();
  history.noteOpensafely(await readOpensafelyJobs(study.dir, basename(study.dir)));
  for (const [action, success] of knownSuccesses(history, new Map()))
    study.successes.set(action, success);
}

function withGen(parts: Partial<Action>): void {
  const {project} = study.now;
  const actions = project.actions.map((each) => (each.name === 'gen' ? {...each, ...parts} : each));
  study.now = {...study.now, project: {...project, actions}};
}

function touch(path: string, seconds: number): void {
  utimesSync(join(study.dir, path), start + seconds, start + seconds);
}

describe('what ran under opensafely run', () => {
  it('is up to date by file times where nothing is younger, the image aside', async () => {
    expect(await study.check(store)).toEqual({
      gen: 'up to date by times, not image',
      use: 'up to date by times, not image',
    });
  });

  it('is out of date once its script is written, in the very second too', async () => {
    touch('analysis/gen.R', 0);
    expect(await study.check(store)).toEqual({
      gen: ['`analysis/gen.R` was written (after its run began)'],
      use: 'upstream: gen',
    });
    // nothing is kept of which a diff could be made
    const found = await store.check(study.now);
    expect(found.ok && found.value.get('gen')).toMatchObject({reasons: [{byTimes: true}]});
    touch('analysis/gen.R', -1);
    expect(await study.check(store)).toMatchObject({gen: 'up to date by times, not image'});
  });

  it('is out of date where an older file was put in the place of its script', async () => {
    start = Math.ceil(Date.now() / 1000);
    await record([row('gen'), row('use', {requires_outputs_from: '["gen"]'})]);
    await delay((start + 1) * 1000 - Date.now());
    touch('analysis/gen.R', -100);
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/gen.R` was put in its place (after its run began)'],
    });
  });

  it('is out of date for what its scripts name, and for any code where that cannot be told', async () => {
    study.write('analysis/gen.R', 'source("analysis/lib.R")');
    study.write('analysis/lib.R', '1');
    study.write('analysis/use.R', 'source(Sys.getenv("FILE"))');
    study.write('analysis/other.R', '1');
    touch('analysis/lib.R', 5);
    expect(await study.check(store)).toEqual({
      gen: ['`analysis/lib.R` was written (after its run began)'],
      use: [
        '`analysis/lib.R` was written (after its run began; any code file counts)',
        '`gen` went out of date',
      ],
    });
    touch('analysis/lib.R', -5);
    touch('analysis/other.R', 5);
    expect(await study.check(store)).toEqual({
      gen: 'up to date by times, not image',
      use: ['`analysis/other.R` was written (after its run began; any code file counts)'],
    });
  });

  it('is out of date once the script of its run line is gone', async () => {
    rmSync(join(study.dir, 'analysis/gen.R'));
    expect(await study.check(store)).toMatchObject({gen: ['`analysis/gen.R` was removed']});
  });

  it('is out of date once its run line, config, needs or patterns are not the recorded ones', async () => {
    study.withActions([
      {...GEN, script: 'analysis/use.R', output: 'output/*.csv'},
      {...USE, needs: []},
    ]);
    expect(await study.check(store)).toEqual({
      gen: [
        'The run line changed (project.yaml line 1)',
        'The output patterns changed (project.yaml line 1)',
      ],
      use: ['The needs changed (project.yaml line 1)'],
    });
    study.withActions([GEN, USE]);
    const config = {
      configJson: '{"a": 1}',
      containerArgs: ['analysis/gen.R', '--config', '{"a": 1}'],
    };
    withGen(config);
    expect(await study.check(store)).toMatchObject({
      gen: ['The config changed (project.yaml line 1)'],
    });
    await record([row('gen', {run_command: `r:v2 analysis/gen.R --config '{"a": 1}'`})]);
    expect(await study.check(store)).toMatchObject({gen: 'up to date by times, not image'});
    withGen({configJson: null, containerArgs: ['analysis/gen.R']});
    expect(await study.check(store)).toMatchObject({
      gen: ['The config changed (project.yaml line 1)'],
    });
  });

  it('does not mind how the run line is quoted', async () => {
    await record([row('gen', {run_command: `r:v2 'analysis/gen.R'`})]);
    expect(await study.check(store)).toMatchObject({gen: 'up to date by times, not image'});
  });

  it('compares the words of a reusable action, and not its version or code', async () => {
    const {project} = study.now;
    const reusable = project.actions.map((each) =>
      each.name === 'gen'
        ? {
            ...each,
            run: {...each.run, imageName: 'matching', argv: ['matching:v1', 'analysis/gen.R']},
          }
        : each,
    );
    study.now = {...study.now, project: {...project, actions: reusable}};
    await record([row('gen', {run_command: 'python:v2 python match.py analysis/gen.R'})]);
    touch('analysis/gen.R', 5);
    expect(await study.check(store)).toMatchObject({
      gen: 'up to date by times, not image, version of the reusable action',
    });
    await record([row('gen', {run_command: 'python:v2 python match.py other.R'})]);
    expect(await study.check(store)).toMatchObject({
      gen: ['The run line changed (project.yaml line 1)'],
    });
  });

  it('is not verified where the record does not say what was run, or when', async () => {
    const columns = ['run_command', 'requires_outputs_from', 'output_spec'];
    await record([row('gen')], columns);
    expect(await study.check(store)).toEqual({
      gen: 'not verified: The record of `opensafely run` does not say what was run',
      use: 'not verified: `gen` is not verified',
    });
    await record([row('gen', {started_at: null})]);
    expect(await study.check(store)).toMatchObject({
      gen: 'not verified: The record of `opensafely run` does not say when it began',
    });
  });

  it('is not verified once an output is written after its end, which is told in whole seconds', async () => {
    touch('output/gen.csv', 1.9);
    expect(await study.check(store)).toMatchObject({gen: 'up to date by times, not image'});
    touch('output/gen.csv', 2);
    expect(await study.check(store)).toMatchObject({
      gen: 'not verified: Its output `output/gen.csv` was written (after its run ended)',
      use: [
        'An output of `gen` was written (after its run began; output/gen.csv)',
        '`gen` is not verified',
      ],
    });
    rmSync(join(study.dir, 'output/gen.csv'));
    expect(await study.check(store)).toMatchObject({
      gen: ['Its output `output/gen.csv` was removed'],
      use: ['The input `output/gen.csv` was removed', '`gen` went out of date'],
    });
  });

  it('does not take inputs of the second in which its own run began for younger ones', async () => {
    await record([
      row('gen', {completed_at: start}),
      row('use', {requires_outputs_from: '["gen"]'}),
    ]);
    touch('output/gen.csv', 0.5);
    expect(await study.check(store)).toEqual({
      gen: 'up to date by times, not image',
      use: 'up to date by times, not image',
    });
  });

  it('is out of date once what it needs was run again, here or there', async () => {
    await record([
      row('gen', {started_at: start + 10, completed_at: start + 11}),
      row('use', {requires_outputs_from: '["gen"]'}),
    ]);
    touch('output/gen.csv', 11);
    expect(await study.check(store)).toMatchObject({
      gen: 'up to date by times, not image',
      use: ['An output of `gen` was written (after its run began; output/gen.csv)'],
    });
    await study.succeed(store, 'gen', {'output/gen.csv': 'ours'}, ['analysis/gen.R']);
    touch('output/gen.csv', 12);
    expect(await study.check(store)).toEqual({
      gen: 'up to date',
      use: ['An output of `gen` was written (after its run began; output/gen.csv)'],
    });
  });

  it('is not verified where a file cannot be read, and nothing else is lost for that', async () => {
    rmSync(join(study.dir, 'output/use.csv'));
    symlinkSync('use.csv', join(study.dir, 'output/use.csv'));
    const found = await study.check(store);
    expect(found['gen']).toBe('up to date by times, not image');
    expect(found['use']).toContain("not verified: `output/use.csv` can't be read.");
  });

  it('can be marked, until something else is written', async () => {
    touch('analysis/gen.R', 5);
    expect(await store.mark(study.now, 'gen', 'only a comment', 'now')).toMatchObject({ok: true});
    expect(await study.check(store)).toEqual({
      gen: 'marked: only a comment',
      use: 'up to date by times, not image',
    });
    touch('analysis/gen.R', 6);
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/gen.R` was written (after its run began)'],
    });
    touch('output/gen.csv', 9);
    await store.mark(study.now, 'gen', 'opened in Excel', 'now');
    expect(await study.check(store)).toMatchObject({gen: 'marked: opened in Excel'});
    chmodSync(join(study.dir, 'output/gen.csv'), 0o640);
    const found = await study.check(store);
    expect(found['gen']).toHaveLength(2);
  });
});
