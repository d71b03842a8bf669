import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from 'esbuild';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {ProjectReader} from '../../../electron/core/project/projectReader';

const ROOM = path.join(import.meta.dirname, '../../../electron/core/project');
const TEXT = `version: 5
actions:
  a:
    run: r:v2 analysis/modle.R
    outputs: {highly_sensitive: {o: a.csv}}
`;

/** The reader as it is shipped: bundled, with its worker beside it. */
let folder = '';
let reader: ProjectReader;
let createProjectReader: () => ProjectReader;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'study-desk-reader-'));
  await build({
    entryPoints: ['projectReader', 'projectReader.worker'].map((name) =>
      path.join(ROOM, `${name}.ts`),
    ),
    outdir: folder,
    outExtension: {'.js': '.cjs'},
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
  });
  const bundled = (await import(path.join(folder, 'projectReader.cjs'))) as {
    createProjectReader: () => ProjectReader;
  };
  createProjectReader = () => bundled.createProjectReader();
  reader = createProjectReader();
});
afterAll(async () => {
  await reader.close();
  await rm(folder, {recursive: true, force: true});
});

describe('the reader on a thread of its own', () => {
  it('answers several readings at once, each with its own', async () => {
    const texts = Array.from({length: 20}, (_, index) => TEXT.replace('a:', `action_${index}:`));
    const readings = await Promise.all(texts.map((text) => reader.read(text, null)));
    expect(readings.map(({reading}) => reading.project?.actions[0]?.name)).toEqual(
      texts.map((_, index) => `action_${index}`),
    );
  });

  it('looks for scripts among the files of the study, and follows no links', async () => {
    const study = path.join(folder, 'study');
    await mkdir(path.join(study, 'analysis'), {recursive: true});
    await writeFile(path.join(study, 'analysis/model.R'), '');
    await mkdir(path.join(study, 'metadata'));
    await symlink(study, path.join(study, 'loop'));
    const {reading} = await reader.readStudy(TEXT, study);
    expect(reading.problems).toMatchObject([
      {rule: 'S-SCRIPT-MISSING', hint: 'Did you mean `analysis/model.R`?'},
    ]);
  });

  it('tells of a project.yaml that is not there', async () => {
    const {reading} = await reader.readStudy(null, '/nowhere');
    expect(reading).toMatchObject({
      valid: false,
      acceptedByReference: false,
      problems: [{rule: 'E-FILE-MISSING'}],
    });
  });

  it('rejects what was under way when it is closed', async () => {
    const closing = createProjectReader();
    const rejected = expect(closing.read(TEXT, null)).rejects.toThrow('was ended');
    await closing.close();
    await rejected;
  });
});
