import {mkdtemp, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createIdleReader, type IdleReader} from '../../../electron/core/project/idleReader';
import {createReaderInPlace, projectText} from '../../../electron/core/project/projectReader';
import {folderOfTest} from '../../temporary';

function projectOf(...actions: readonly string[]): string {
  const each = actions.map(
    (name) =>
      `  ${name}:\n    run: r:v2 analysis/${name}.R\n    outputs:\n      moderately_sensitive:\n        table: output/${name}.csv\n`,
  );
  return `version: '4.0'\nactions:\n${each.join('')}`;
}

let folder: string;
let reader: IdleReader;
/** What the thread was asked to read: the texts, in order. */
let asked: string[];

beforeEach(() => {
  folder = folderOfTest();
  asked = [];
  const inPlace = createReaderInPlace();
  reader = createIdleReader(() => ({
    ...inPlace,
    read(text, files) {
      asked.push(text);
      return inPlace.read(text, files);
    },
    async readStudy(text, studyDir) {
      asked.push(text ?? '');
      return inPlace.readStudy(text, studyDir);
    },
  }));
});

afterEach(async () => {
  await reader.close();
});

async function study(name: string, text: string): Promise<string> {
  const dir = await mkdtemp(join(folder, name));
  await writeFile(join(dir, 'project.yaml'), text);
  return dir;
}

async function textOf(dir: string): Promise<string | null> {
  const found = await projectText(dir);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

/** As a study is opened: its text first, then its reading. */
const open = async (dir: string) => reader.readStudy(await textOf(dir), dir);

async function readAhead(dir: string, times = 1): Promise<void> {
  reader.expect(dir);
  await expect.poll(() => asked.length).toBe(times);
}

describe('a study that is read ahead', () => {
  it('is there when it is opened, and is as if it had been read then', async () => {
    const dir = await study('one', projectOf('first', 'second'));
    await readAhead(dir);
    const opened = await open(dir);
    expect(asked).toHaveLength(1);
    expect(opened).toEqual(await createReaderInPlace().readStudy(await textOf(dir), dir));
  });

  it('is read anew where its text is another by then', async () => {
    const dir = await study('one', projectOf('first'));
    await readAhead(dir);
    await writeFile(join(dir, 'project.yaml'), projectOf('first', 'second'));
    const {reading} = await open(dir);
    expect(reading.project?.actions.map(({name}) => name)).toEqual(['first', 'second']);
  });

  it('is read anew where a script is there by then that was missing', async () => {
    const dir = await study('one', projectOf('first').replace('analysis/', ''));
    await readAhead(dir);
    await writeFile(join(dir, 'first.R'), 'x <- 1\n');
    const {reading} = await open(dir);
    expect(asked).toHaveLength(2);
    expect(reading).toEqual(
      (await createReaderInPlace().readStudy(await textOf(dir), dir)).reading,
    );
  });

  it('is read once only when it is opened meanwhile, and again once it is opened again', async () => {
    const dir = await study('one', projectOf('first'));
    reader.expect(dir);
    expect((await open(dir)).reading.valid).toBe(true);
    expect(asked).toHaveLength(1);
    await open(dir);
    expect(asked).toHaveLength(2);
  });

  it('is not read again when it is expected again unchanged', async () => {
    const dir = await study('one', projectOf('first'));
    await readAhead(dir);
    reader.expect(dir);
    reader.expect(dir);
    await open(dir);
    expect(asked).toHaveLength(1);
  });

  it('is the last that was expected, without those a pointer only passed', async () => {
    const dirs = await Promise.all(
      ['first', 'second', 'third'].map((name) => study(name, projectOf(name))),
    );
    for (const dir of dirs) reader.expect(dir);
    const [first = '', , third = ''] = dirs;
    expect((await open(third)).reading.project?.actions[0]?.name).toBe('third');
    await expect.poll(() => asked.length).toBe(2);
    expect(asked).not.toContain(projectOf('second'));
    expect((await open(first)).reading.project?.actions[0]?.name).toBe('first');
  });

  it('may have no project.yaml', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    reader.expect(empty);
    const {reading} = await open(empty);
    expect(reading.valid).toBe(false);
    expect(reading.problems).toHaveLength(1);
  });
});

it('lets go a thread that was started for a while once nothing was read in it', async () => {
  const inPlace = createReaderInPlace();
  let closed = 0;
  const idle = createIdleReader(() => ({
    ...inPlace,
    close: async () => {
      closed += 1;
    },
  }));
  idle.start(20);
  await expect.poll(() => closed).toBe(1);
  // and can be started again
  idle.start(20);
  await expect.poll(() => closed).toBe(2);
});
