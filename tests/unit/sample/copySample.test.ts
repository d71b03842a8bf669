import {mkdir, mkdtemp, readdir, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {addSample, copySample, sampleFiles} from '../../../electron/sample/copySample';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'));
});

describe('copying the sample study', () => {
  it('fills a new folder, hidden files included', async () => {
    const target = join(folder, 'new/asthma');
    expect(await copySample(target)).toEqual({ok: true, value: target});
    expect((await readdir(target)).sort()).toEqual([
      '.gitignore',
      'README.md',
      'analysis',
      'codelists',
      'project.yaml',
    ]);
  });

  it('fills an empty folder', async () => {
    expect(await copySample(folder)).toEqual({ok: true, value: folder});
  });

  it('overwrites nothing', async () => {
    await writeFile(join(folder, 'project.yaml'), 'version: 3\n');
    expect(await copySample(folder)).toMatchObject({ok: false, error: {kind: 'invalid-request'}});
    expect(await readdir(folder)).toEqual(['project.yaml']);
    expect(await copySample(join(folder, 'project.yaml'))).toMatchObject({ok: false});
  });

  it('opens an earlier copy with what the user changed in it', async () => {
    await copySample(folder);
    await writeFile(join(folder, 'analysis/disclosure.py'), 'SMALLEST = 10\n');
    await mkdir(join(folder, 'output'));
    expect(await copySample(folder)).toEqual({ok: true, value: folder});
    expect(await readFile(join(folder, 'analysis/disclosure.py'), 'utf8')).toBe('SMALLEST = 10\n');
  });
});

describe('a study from the sample in a folder without project.yaml', () => {
  it('gets the files it has not, which are told before, and keeps its own', async () => {
    await writeFile(join(folder, 'README.md'), 'mine\n');
    await mkdir(join(folder, 'analysis'));
    await writeFile(join(folder, 'analysis/mine.py'), '');
    const before = await sampleFiles(folder);
    expect(before.filter(({present}) => present)).toEqual([{path: 'README.md', present: true}]);
    expect(before.map(({path}) => path)).toContain('analysis/generate_patients.py');

    expect(await addSample(folder)).toEqual({ok: true, value: null});
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine\n');
    expect(await readdir(join(folder, 'analysis'))).toContain('mine.py');
    expect((await sampleFiles(folder)).every(({present}) => present)).toBe(true);
    expect(await readFile(join(folder, 'project.yaml'), 'utf8')).toBe(
      await readFile('electron/sample/study/project.yaml', 'utf8'),
    );
  });

  it('says what is in the way', async () => {
    await writeFile(join(folder, 'analysis'), 'no folder');
    expect(await addSample(folder)).toMatchObject({ok: false, error: {}});
    expect(await readFile(join(folder, 'analysis'), 'utf8')).toBe('no folder');
  });
});

interface SampleAction {
  readonly run: string;
  readonly needs?: readonly string[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function readActions(): Promise<ReadonlyMap<string, SampleAction>> {
  const text = await readFile('electron/sample/study/project.yaml', 'utf8');
  // our own file, whose shape the other tests hold
  const {actions} = parse(text) as {actions: Record<string, SampleAction>};
  return new Map(Object.entries(actions));
}

describe('the sample study', () => {
  it('has six actions or more, on the Python image', async () => {
    const actions = [...(await readActions()).values()];
    expect(actions.length).toBeGreaterThanOrEqual(6);
    for (const {run} of actions) expect(run).toMatch(/^python:v2 python analysis\/\w+\.py/);
  });

  it('has a diamond: two ways from one action to another', async () => {
    const actions = await readActions();
    const joins = [...actions.values()].filter(({needs = []}) => {
      const sources = needs.map((need) => actions.get(need)?.needs ?? []);
      return sources.some((first, index) =>
        sources.slice(index + 1).some((second) => first.some((need) => second.includes(need))),
      );
    });
    expect(joins.length).toBeGreaterThan(0);
  });

  it('has all tiers, all kinds of outputs and a wildcard', async () => {
    const outputs = [...(await readActions()).values()].map((action) => action.outputs);
    expect([...new Set(outputs.flatMap((tiers) => Object.keys(tiers)))].sort()).toEqual([
      'highly_sensitive',
      'minimally_sensitive',
      'moderately_sensitive',
    ]);
    const patterns = outputs.flatMap((tiers) =>
      Object.values(tiers).flatMap((labels) => Object.values(labels)),
    );
    for (const ending of ['.csv', '.csv.gz', '.svg', '.png', '.html', '.json', '.txt']) {
      expect(
        patterns.some((pattern) => pattern.endsWith(ending)),
        ending,
      ).toBe(true);
    }
    expect(patterns.some((pattern) => pattern.includes('*'))).toBe(true);
  });

  it('uses the standard library alone', async () => {
    const own = (await readdir('electron/sample/study/analysis')).map((file) =>
      file.replace('.py', ''),
    );
    const standard = 'argparse csv gzip html io json pathlib random struct time zlib'.split(' ');
    for (const script of own) {
      const text = await readFile(`electron/sample/study/analysis/${script}.py`, 'utf8');
      for (const [, module = ''] of text.matchAll(/^(?:from|import) (\w+)/gm)) {
        expect([...own, ...standard], `${script}.py imports ${module}`).toContain(module);
      }
    }
  });
});
