import {mkdir, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Core} from '../../../electron/core/core';
import type {Study} from '../../../electron/core/study';
import type {StudyEvent} from '../../../electron/core/studyState';
import {createCore} from '../../../electron/core/createCore';
import {watchStudy, type StudyChange} from '../../../electron/core/project/studyWatcher';

const YAML = `version: '4.0'
actions:
  gen:
    run: python:v2 python analysis/gen.py
    outputs:
      highly_sensitive:
        o: output/gen.csv
`;

let dir: string;
let core: Core;
let study: Study;
let events: StudyEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-watch-'));
  await writeFile(join(dir, 'project.yaml'), YAML);
  core = createCore({cacheDir: join(dir, '..')});
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
  events = [];
  study.subscribe((event) => events.push(event));
});

afterEach(async () => {
  await study.close();
  await core.close();
  await rm(dir, {recursive: true, force: true});
});

/** The next event of a kind. */
async function next(kind: StudyEvent['kind']): Promise<StudyEvent> {
  return expect
    .poll(() => events.find((event) => event.kind === kind), {timeout: 5000})
    .toBeTruthy()
    .then(() => {
      const found = events.find((event) => event.kind === kind);
      if (found === undefined) throw new Error(`No ${kind}`);
      return found;
    });
}

describe('an open study', () => {
  it('reads project.yaml again when it is written in place', async () => {
    await writeFile(join(dir, 'project.yaml'), YAML.replace('gen:', 'made:'));
    const event = await next('study-changed');
    expect(event).toMatchObject({snapshot: {broken: false, graph: {names: ['made']}}});
  });

  it('reads it again when an editor writes another file and moves it over', async () => {
    await writeFile(join(dir, '.project.yaml.swp'), YAML.replace('gen:', 'made:'));
    await rename(join(dir, '.project.yaml.swp'), join(dir, 'project.yaml'));
    const event = await next('study-changed');
    expect(event).toMatchObject({snapshot: {graph: {names: ['made']}}});
  });

  it('keeps the last good graph while it is broken, and comes back', async () => {
    await writeFile(join(dir, 'project.yaml'), 'actions: [');
    const broken = await next('study-changed');
    expect(broken).toMatchObject({snapshot: {broken: true, graph: {names: ['gen']}}});
    events.length = 0;
    await writeFile(join(dir, 'project.yaml'), YAML);
    expect(await next('study-changed')).toMatchObject({snapshot: {broken: false}});
  });

  it('says what is wrong when project.yaml is deleted', async () => {
    await rm(join(dir, 'project.yaml'));
    const event = await next('study-changed');
    expect(event).toMatchObject({snapshot: {broken: true, text: null}});
    expect(study.project.snapshot().reading.problems).toHaveLength(1);
  });

  it('changes project.yaml only where it was told to, and not under another hand', async () => {
    const {revision} = study.project.snapshot();
    const at = YAML.indexOf('gen');
    const edits = [{from: at, to: at + 3, insert: 'made'}];
    const preview = await study.project.previewFix({revision, edits});
    expect(preview).toMatchObject({
      ok: true,
      value: {problems: study.project.snapshot().reading.problems.map(({rule}) => ({rule}))},
    });
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(YAML);
    await writeFile(join(dir, 'project.yaml'), `# other\n${YAML}`);
    expect(await study.project.apply({revision, edits})).toMatchObject({ok: false});
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(`# other\n${YAML}`);
    await next('study-changed');
    const now = study.project.snapshot();
    const again = await study.project.apply({
      revision: now.revision,
      edits: [{from: 0, to: 8, insert: ''}],
    });
    expect(again).toMatchObject({ok: true});
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(YAML);
  });
});

it('tells of folders made later, of git and of nothing of its own', async () => {
  const changes: StudyChange[] = [];
  await mkdir(join(dir, '.git'));
  const watcher = watchStudy(dir, (change) => changes.push(change));
  try {
    await mkdir(join(dir, 'analysis/deep'), {recursive: true});
    await expect.poll(() => changes.some(({files}) => files)).toBe(true);
    await expect
      .poll(async () => {
        changes.length = 0;
        await writeFile(join(dir, 'analysis/deep/a.py'), String(Math.random()));
        await new Promise((resolve) => setTimeout(resolve, 200));
        return changes.some(({files}) => files);
      })
      .toBe(true);
    changes.length = 0;
    await writeFile(join(dir, '.git/HEAD'), 'x');
    await expect.poll(() => changes.some(({git}) => git)).toBe(true);
    await mkdir(join(dir, 'metadata/study-desk'), {recursive: true});
    await new Promise((resolve) => setTimeout(resolve, 400));
    changes.length = 0;
    await writeFile(join(dir, 'metadata/study-desk/x'), 'x');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(changes).toEqual([]);
  } finally {
    watcher.close();
  }
});

it('goes on watching a folder that another one took the place of', async () => {
  const changes: StudyChange[] = [];
  const write = (folder: string) => writeFile(join(dir, folder, 'a.csv'), String(Math.random()));
  // made where nothing is watched
  const made = 'metadata/study-desk/next';
  for (const folder of ['codelists', made]) await mkdir(join(dir, folder), {recursive: true});
  const watcher = watchStudy(dir, (change) => changes.push(change));
  const seen = () =>
    expect
      .poll(async () => {
        changes.length = 0;
        await write('codelists');
        await new Promise((resolve) => setTimeout(resolve, 200));
        return changes.some(({files}) => files);
      })
      .toBe(true);
  try {
    await seen();
    await rename(join(dir, 'codelists'), join(dir, 'before'));
    await rename(join(dir, made), join(dir, 'codelists'));
    await rm(join(dir, 'before'), {recursive: true});
    await new Promise((resolve) => setTimeout(resolve, 500));
    await seen();
  } finally {
    watcher.close();
  }
});

it('has the problems of codelists, whatever project.yaml says, and finishes an update that was cut off', async () => {
  const rules = () =>
    study.project
      .snapshot()
      .reading.problems.filter(({rule}) => rule.startsWith('S-CODELIST-'))
      .map(({rule, place}) => [rule, place?.file, place?.line]);
  await mkdir(join(dir, 'codelists'));
  await writeFile(join(dir, 'codelists/codelists.txt'), 'a/b/1\na/b/1\n');
  await writeFile(join(dir, 'codelists/codelists.json'), '{');
  const found = [
    ['S-CODELIST-DUPLICATE', 'codelists/codelists.txt', 2],
    ['S-CODELIST-MANIFEST', 'codelists/codelists.json', null],
  ];
  await expect.poll(rules).toEqual(found);
  await writeFile(join(dir, 'project.yaml'), 'actions: [');
  await next('study-changed');
  await expect.poll(() => study.project.snapshot().broken).toBe(true);
  expect(rules()).toEqual(found);

  // killed between the two moves that put the new folder in the place of the old one
  await study.close();
  const home = join(dir, 'metadata/study-desk/codelists');
  await mkdir(join(home, 'update-x'), {recursive: true});
  await rename(join(dir, 'codelists'), join(home, 'update-x/before'));
  await mkdir(join(home, 'update-x/next'));
  await writeFile(join(home, 'update-x/next/codelists.txt'), '');
  const journal = {format: 1, stage: 'update-x', put: {'codelists.txt': ''}, removed: []};
  await writeFile(join(home, 'pending.json'), JSON.stringify({...journal, earlier: []}));
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
  await expect
    .poll(() => readFile(join(dir, 'codelists/codelists.txt'), 'utf8').catch(() => null))
    .toBe('');
  expect(rules()).toEqual([]);
});
