import {createHash} from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  createProvenance,
  inBatches,
  oneAtATime,
  type ProvenanceStore,
} from '../../../electron/provenance/createProvenance';
import {provenanceFolder} from '../../../electron/provenance/successLedger';
import {cacheFolder} from '../../../electron/files/metadataDir';
import {appError} from '../../../shared/errors';
import {outOfDateReasonText} from '../../../shared/outOfDateReason';
import {err, ok} from '../../../shared/result';
import {SmallStudy} from './smallStudy';

const GEN = {name: 'gen', script: 'analysis/gen.R'};
const USE = {name: 'use', needs: ['gen'], script: 'analysis/use.R'};
const PLOT = {name: 'plot', needs: ['use'], script: 'analysis/plot.R'};

let study: SmallStudy;
let store: ProvenanceStore;

beforeEach(async () => {
  study = new SmallStudy([GEN, USE, PLOT]);
  store = createProvenance(study.dir);
  study.write('analysis/gen.R', 'a <- 1\nb <- 2\nc <- 3\n');
  study.write('analysis/use.R', 'x\n');
  study.write('analysis/plot.R', 'y\n');
  study.write('codelists/asthma.csv', 'code\n1\n');
  await study.succeed(store, 'gen', {'output/gen.csv': '1'}, [
    'analysis/gen.R',
    'codelists/asthma.csv',
  ]);
  await study.succeed(store, 'use', {'output/use.csv': '2'}, ['analysis/use.R']);
});

afterEach(async () => {
  await store.close();
  rmSync(study.dir, {recursive: true});
});

describe('provenance by content', () => {
  it('knows actions by another version once their code or lines of project.yaml are saved, and by no other', async () => {
    const versions = async () => {
      const found = await store.versions(study.now, ['gen', 'plot', 'gone']);
      if (!found.ok) throw new Error(found.error.message);
      return found.value;
    };
    const before = await versions();
    expect(Object.keys(before)).toEqual(['gen', 'plot']);
    study.write('analysis/use.R', 'x <- 2\n');
    await study.succeed(store, 'plot', {'output/plot.csv': '3'}, ['analysis/plot.R']);
    expect(await versions()).toEqual(before);
    study.write('analysis/plot.R', 'y <- 2\n');
    const saved = await versions();
    expect([saved['gen'], saved['plot'] === before['plot']]).toEqual([before['gen'], false]);
    study.withActions([{...GEN, image: 'r:v3'}, USE, PLOT]);
    expect((await versions())['gen']).not.toBe(before['gen']);
  });

  it('finds nothing to do right after the runs, also for a store opened anew', async () => {
    const expected = {gen: 'up to date', use: 'up to date', plot: 'never-run'};
    expect(await study.check(store)).toEqual(expected);
    const again = createProvenance(study.dir);
    expect(await study.check(again)).toEqual(expected);
    await again.close();
  });

  it('names a changed file with its lines, and what follows from it', async () => {
    study.write('analysis/gen.R', 'a <- 1\nb <- 3\nc <- 3\nd <- 4\n');
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/gen.R` changed (2 lines, first line 2)'],
      use: 'upstream: gen',
    });
    const diff = await store.diff('gen', 'analysis/gen.R');
    expect(diff.ok && diff.value).toContain('-b <- 2\n+b <- 3');
  });

  it('says where only comments changed, and still leaves it to the user', async () => {
    study.write('analysis/gen.R', '# why\na <- 1\nb <- 2 # two\n\nc <- 3\n');
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/gen.R` changed (3 lines, first line 1; only comments or blank lines)'],
      use: 'upstream: gen',
    });
    const reasons = await store.check(study.now);
    expect(reasons.ok && reasons.value.get('gen')).toMatchObject({reasons: [{onlyComments: true}]});
    await store.mark(study.now, 'gen', 'Only comments', '2026-01-01T00:00:00Z');
    expect(await study.check(store)).toMatchObject({use: 'up to date'});
  });

  it('is content to see the same content with a new time stamp', async () => {
    study.write('analysis/gen.R', 'a <- 1\nb <- 2\nc <- 3\n');
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
  });

  it('ignores files that the action was not seen to read', async () => {
    study.write('analysis/other.R', 'new');
    study.write('analysis/use.R', 'changed');
    expect(await study.check(store)).toMatchObject({
      gen: 'up to date',
      use: ['`analysis/use.R` changed (line 1)'],
    });
  });

  it('counts a file that a script names though it was not seen to be read, as one that is copied whole', async () => {
    study.write('analysis/gen.R', 'file.copy("lookups/a.csv", "output/gen.csv")');
    study.write('lookups/a.csv', '1');
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R']);
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
    study.write('lookups/a.csv', '2');
    expect(await study.check(store)).toMatchObject({gen: ['`lookups/a.csv` changed (line 1)']});
  });

  it('tells codelists, removed files, run lines, images and patterns apart', async () => {
    study.write('codelists/asthma.csv', 'code\n1\n2\n');
    expect(await study.check(store)).toMatchObject({
      gen: ['`codelists/asthma.csv` changed (line 3)'],
    });
    rmSync(join(study.dir, 'codelists/asthma.csv'));
    expect(await study.check(store)).toMatchObject({gen: ['`codelists/asthma.csv` was removed']});
    study.write('codelists/asthma.csv', 'code\n1\n');
    study.withActions([
      {...GEN, output: 'output/*.csv'},
      {...USE, script: 'analysis/plot.R'},
    ]);
    study.now = {...study.now, imageIds: new Map([['r:v2', 'sha256:2']])};
    expect(await study.check(store)).toEqual({
      gen: ['The image `r:v2` was updated', 'The output patterns changed (project.yaml line 1)'],
      use: [
        'The run line changed (project.yaml line 1)',
        'The image `r:v2` was updated',
        '`gen` went out of date',
      ],
    });
  });

  it('shows what became of data while the cache holds what it was', async () => {
    const keep = (bytes: Buffer): void => {
      const folder = cacheFolder(study.dir);
      mkdirSync(folder, {recursive: true});
      writeFileSync(join(folder, createHash('sha256').update(bytes).digest('hex')), bytes);
    };
    study.write('output/gen.csv', '3');
    await study.check(store);
    expect(await store.diff('use', 'output/gen.csv')).toMatchObject({error: {kind: 'not-found'}});
    keep(Buffer.from('1'));
    for (const action of ['gen', 'use']) {
      const diff = await store.diff(action, 'output/gen.csv');
      expect(diff.ok && diff.value).toContain('-1\n');
      expect(diff.ok && diff.value).toContain('+3\n');
    }
  });

  it('shows no file that is neither code nor what the action was given or made', async () => {
    await study.check(store);
    study.write('output/plot.csv', 'x');
    expect(await store.diff('gen', 'output/plot.csv')).toMatchObject({ok: false});
    expect(await store.diff('gen', '../outside')).toMatchObject({ok: false});
    expect(await store.diff('plot', 'analysis/gen.R')).toMatchObject({ok: false});
  });

  it('shows what project.yaml said and says', async () => {
    study.withActions([{...GEN, script: 'analysis/plot.R'}, USE, PLOT]);
    expect(await study.check(store)).toMatchObject({
      gen: ['The run line changed (project.yaml line 1)'],
    });
    const diff = await store.diff('gen', 'project.yaml');
    expect(diff.ok && diff.value).toContain(
      '-run: r:v2 analysis/gen.R\n+run: r:v2 analysis/plot.R\n',
    );
  });

  it('tells new data of a need from data changed by hand', async () => {
    await study.succeed(store, 'gen', {'output/gen.csv': 'new'}, ['analysis/gen.R']);
    expect(await study.check(store)).toMatchObject({
      use: ['`gen` produced different data (output/gen.csv)'],
    });
    study.write('output/gen.csv', 'by hand');
    expect(await study.check(store)).toMatchObject({
      gen: ['Its output `output/gen.csv` was changed'],
      use: ['The input `output/gen.csv` was changed by hand', '`gen` went out of date'],
    });
    rmSync(join(study.dir, 'output/gen.csv'));
    expect(await study.check(store)).toMatchObject({
      gen: ['Its output `output/gen.csv` was removed'],
    });
  });

  it('does not mind a need that made the same data again', async () => {
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R']);
    expect(await study.check(store)).toMatchObject({use: 'up to date'});
  });

  it('notices a new file in a folder that a script lists, however its files were found', async () => {
    study.write(
      'analysis/gen.R',
      'for (f in list.files("lookups", full.names = TRUE)) read.csv(f)',
    );
    study.write('lookups/a.csv', '1');
    for (const read of [null, ['analysis/gen.R', 'lookups/a.csv']]) {
      await study.succeed(store, 'gen', {'output/gen.csv': '1'}, read);
      study.write('analysis/unrelated.R', `${String(read)}`);
      expect(await study.check(store)).toMatchObject({gen: 'up to date'});
      study.write('lookups/b.csv', '2');
      expect(await study.check(store)).toMatchObject({gen: ['`lookups/b.csv` was added']});
      const diff = await store.diff('gen', 'lookups/b.csv');
      expect(diff.ok && diff.value).toContain('+2');
      rmSync(join(study.dir, 'lookups/b.csv'));
      rmSync(join(study.dir, 'analysis/unrelated.R'));
    }
  });

  it('tells since when, though the file that says so is written again', async () => {
    study.write('project.yaml', 'version: 5');
    study.withActions([{...GEN, script: 'analysis/plot.R'}, USE, PLOT]);
    const since = async (from: ProvenanceStore): Promise<string | null> => {
      const found = await from.check(study.now);
      const gen = found.ok ? found.value.get('gen') : undefined;
      return gen?.kind === 'out-of-date' ? (gen.reasons[0]?.changedAt ?? null) : null;
    };
    const first = await since(store);
    expect(first).not.toBeNull();
    study.write('project.yaml', 'version: 5 # again');
    expect(await since(store)).toBe(first);
    const again = createProvenance(study.dir);
    expect(await since(again)).toBe(first);
    await again.close();
    // taken back, and made once more
    study.withActions([GEN, USE, PLOT]);
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
    study.withActions([{...GEN, script: 'analysis/plot.R'}, USE, PLOT]);
    expect(await since(store)).not.toBe(first);
  });

  it('notices a script edited while the action ran', async () => {
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R'], () => {
      study.write('analysis/gen.R', 'edited meanwhile');
    });
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/gen.R` changed (3 lines, first line 1)'],
    });
  });

  it('compares a script edited while the action ran by content, though its size and times are as before', async () => {
    study.write('analysis/gen.R', 'x <- 1');
    const file = join(study.dir, 'analysis/gen.R');
    const {atime, mtime} = statSync(file);
    const edit = (text: string) => {
      writeFileSync(file, text);
      utimesSync(file, atime, mtime);
    };
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R'], () => {
      edit('x <- 2');
    });
    expect(await study.check(store)).toMatchObject({gen: ['`analysis/gen.R` changed (line 1)']});
    edit('x <- 1');
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
  });

  it('compares an input edited while the action ran in the same way', async () => {
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R']);
    const file = join(study.dir, 'output/gen.csv');
    const {atime, mtime} = statSync(file);
    await study.succeed(store, 'use', {'output/use.csv': '1'}, ['analysis/use.R'], () => {
      writeFileSync(file, '2');
      utimesSync(file, atime, mtime);
    });
    expect(await study.check(store)).toMatchObject({
      use: ['The input `output/gen.csv` was changed by hand', '`gen` went out of date'],
    });
  });

  it('holds a success against what its job was started with, not against project.yaml at its end', async () => {
    await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R'], () => {
      study.withActions([{...GEN, script: 'analysis/plot.R'}, USE, PLOT]);
    });
    expect(await study.check(store)).toMatchObject({
      gen: [expect.stringContaining('The run line changed')],
    });
  });

  it('knows what a job was given that a former process began', async () => {
    for (const filesRead of [null, ['analysis/gen.R']]) {
      const former = createProvenance(study.dir);
      await study.succeed(
        {...store, noteStaged: (staged) => former.noteStaged(staged)},
        'gen',
        {},
        filesRead,
      );
      await former.close();
      expect(await study.check(store)).toMatchObject({gen: 'up to date'});
    }
    await store.forgetStaged(study.jobIds());
    const lost = {...store, noteStaged: async () => ok(null)};
    await expect(study.succeed(lost, 'gen', {})).rejects.toThrow('was not recorded');
  });

  it('counts all code, but not the README, where nothing is known of what was read', async () => {
    study.withActions([{...GEN, script: 'analysis/missing.R'}, USE, PLOT]);
    await study.succeed(store, 'gen', {'output/gen.csv': '1'});
    study.write('README.md', 'new text');
    study.write('project.yaml', 'version: 5');
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
    study.write('analysis/new.R', 'new');
    expect(await study.check(store)).toMatchObject({
      gen: ['`analysis/new.R` was added (any code file counts)'],
    });
    const diff = await store.diff('gen', 'analysis/new.R');
    expect(diff.ok && diff.value).toContain('+new');
  });

  it('takes the user at their word until something else changes', async () => {
    study.write('analysis/gen.R', 'a <- 1 # comment\nb <- 2\nc <- 3\n');
    expect(await store.mark(study.now, 'gen', 'only a comment', 'now')).toMatchObject({ok: true});
    expect(await study.check(store)).toMatchObject({
      gen: 'marked: only a comment',
      use: 'up to date',
    });
    study.write('analysis/gen.R', 'a <- 2\nb <- 2\nc <- 3\n');
    expect(await study.check(store)).toMatchObject({gen: ['`analysis/gen.R` changed (line 1)']});
  });

  it('lets an action be marked although something upstream is out of date', async () => {
    study.write('analysis/gen.R', 'changed');
    await store.mark(study.now, 'use', 'does not depend on it', 'now');
    expect(await study.check(store)).toMatchObject({use: 'marked: does not depend on it'});
    study.write('analysis/gen.R', 'changed again');
    expect(await study.check(store)).toMatchObject({use: 'upstream: gen'});
  });

  it('refuses to mark what never succeeded', async () => {
    expect(await store.mark(study.now, 'plot', 'why', 'now')).toMatchObject({
      error: {kind: 'invalid-request'},
    });
  });

  it('passes over a line cut off by a crash', async () => {
    appendFileSync(
      join(study.dir, 'metadata/study-desk/provenance/successes.jsonl'),
      '{"format":1,"act',
    );
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
  });
});

describe('earlier successes', () => {
  const all = (...texts: readonly (readonly {readonly sha256: string}[])[]): ReadonlySet<string> =>
    new Set(texts.flat().map((file) => file.sha256));

  it('offers the outputs of an earlier state, down the chain, once the code is back', async () => {
    study.write('analysis/gen.R', 'second');
    await study.succeed(store, 'gen', {'output/gen.csv': 'second'}, ['analysis/gen.R']);
    await study.succeed(store, 'use', {'output/use.csv': 'from second'}, ['analysis/use.R']);
    study.write('analysis/gen.R', 'a <- 1\nb <- 2\nc <- 3\n');

    const outputs = await recordedOutputs();
    const found = await store.earlierSuccesses(study.now, all(outputs));
    expect(found.ok && found.value.map(({action, record}) => [action, record.jobId])).toEqual([
      ['gen', 'job1'],
      ['use', 'job2'],
    ]);
  });

  it('offers nothing that would stay out of date for what it builds on', async () => {
    study.write('analysis/gen.R', 'never run like this');
    expect(await study.check(store)).toMatchObject({use: 'upstream: gen'});
    const all = new Set(['1', '2'].map((text) => createHash('sha256').update(text).digest('hex')));
    expect(await store.earlierSuccesses(study.now, all)).toEqual({ok: true, value: []});
  });

  it('offers nothing whose outputs are not available', async () => {
    study.write('analysis/gen.R', 'second');
    await study.succeed(store, 'gen', {'output/gen.csv': 'second'}, ['analysis/gen.R']);
    study.write('analysis/gen.R', 'a <- 1\nb <- 2\nc <- 3\n');
    expect(await store.earlierSuccesses(study.now, new Set())).toEqual({ok: true, value: []});
  });

  async function recordedOutputs(): Promise<readonly {readonly sha256: string}[]> {
    const {createHash} = await import('node:crypto');
    return ['1', '2', 'second', 'from second'].map((text) => ({
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
  }
});

describe('words and turns', () => {
  it('says when a file changed, and by the clock when data did', () => {
    const now = new Date(2026, 10, 24, 14, 20);
    const at = new Date(2026, 10, 24, 14, 8).toISOString();
    const base = {path: 'a', changedAt: at};
    expect(
      outOfDateReasonText({...base, kind: 'code', message: '`a (1).R` changed (3 lines)'}, now),
    ).toBe('`a (1).R` changed 12 minutes ago (3 lines)');
    expect(
      outOfDateReasonText({...base, kind: 'input', message: '`gen` produced different data'}, now),
    ).toBe('`gen` produced different data at 14:08');
  });

  it('never runs two checks at once, and gives those who wait the newest question', async () => {
    const asked: number[] = [];
    let running = 0;
    const check = oneAtATime(async (question: number) => {
      running += 1;
      expect(running).toBe(1);
      asked.push(question);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return question;
    });
    expect(await Promise.all([check(1), check(2), check(3)])).toEqual([1, 3, 3]);
    expect(await check(4)).toBe(4);
    expect(asked).toEqual([1, 3, 4]);
  });

  it('hands over together what comes while a batch is under way, and answers each', async () => {
    const batches: (readonly number[])[] = [];
    const refused = appError('bug', 'Odd.');
    const {add, underWay} = inBatches<number, string>(async (batch) => {
      batches.push(batch);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (batch.includes(9)) return err(refused);
      return ok(batch.map((each) => (each === 3 ? err(refused) : ok(`${each}`))));
    });
    const answers = [1, 2, 3, 4].map(add);
    await underWay();
    expect(await Promise.all(answers)).toEqual([ok('1'), ok('2'), err(refused), ok('4')]);
    expect(await Promise.all([add(8), add(9)])).toEqual([ok('8'), err(refused)]);
    expect(batches).toEqual([[1], [2, 3, 4], [8], [9]]);
  });

  it('records successes that end together by one wait for the disk, each answered for itself', async () => {
    const [action] = study.now.project.actions;
    if (action === undefined) throw new Error('The study has no action.');
    const given = {action, actionCommit: null, code: [], codeKey: 'none', inputs: []};
    for (const jobId of ['a', 'b', 'c']) await store.noteStaged({...given, jobId});
    const made = {action, completedAt: '2026-12-02T00:00:00Z', imageId: null, actionCommit: null};
    const answers = await Promise.all(
      ['a', 'b', 'nobody', 'c'].map((jobId) =>
        store.recordSuccess({...made, jobId, filesRead: null, outputs: []}),
      ),
    );
    expect(answers.map((each) => each.ok)).toEqual([true, true, false, true]);
    const lines = readFileSync(join(provenanceFolder(study.dir), 'successes.jsonl'), 'utf8');
    const ids = lines
      .trimEnd()
      .split('\n')
      .map((line) => /"jobId":"(\w+)"/u.exec(line)?.[1]);
    expect(ids).toEqual(['job1', 'job2', 'a', 'b', 'c']);
  });
});
