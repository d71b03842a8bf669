import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {
  createProvenance,
  type ProvenanceStore,
} from '../../../electron/provenance/createProvenance';
import {SmallStudy} from './smallStudy';
import {folderOfTest} from '../../temporary';

let study: SmallStudy;
let store: ProvenanceStore;
let outside = '';

beforeEach(() => {
  outside = folderOfTest();
  mkdirSync(join(outside, 'lib'));
  writeFileSync(join(outside, 'gen.R'), 'one\n');
  writeFileSync(join(outside, 'lib', 'part.R'), 'one\n');
  study = new SmallStudy([{name: 'gen', script: 'gen.R'}]);
  symlinkSync(join(outside, 'gen.R'), join(study.dir, 'gen.R'));
  symlinkSync(join(outside, 'lib'), join(study.dir, 'lib'));
  store = createProvenance(study.dir);
});

afterEach(async () => {
  await store.close();
  rmSync(study.dir, {recursive: true});
});

it.each([
  ['gen.R', 'gen.R'],
  ['lib/part.R', 'lib/part.R'],
])('sees a change of %s, which lies outside the study behind a link', async (file, told) => {
  await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['gen.R', 'lib/part.R']);
  expect(await study.check(store)).toEqual({gen: 'up to date'});
  writeFileSync(join(outside, file), 'another\n');
  const {gen} = await study.check(store);
  expect(gen).toEqual([expect.stringContaining(told)]);
  const diff = await store.diff('gen', file);
  expect(diff.ok && diff.value).toContain('-one\n+another');
});

it('sees a change and a new file where nothing is known of what was read, too', async () => {
  writeFileSync(join(study.dir, 'gen.R'), 'source(Sys.getenv("SCRIPT"))\n');
  await study.succeed(store, 'gen', {'output/gen.csv': '1'});
  expect(await study.check(store)).toEqual({gen: 'up to date'});
  // nobody's code: a write of ours that a kill cut short
  writeFileSync(join(outside, 'lib', 'part.R.0123456789abcdef.tmp'), 'half\n');
  expect(await study.check(store)).toEqual({gen: 'up to date'});
  writeFileSync(join(outside, 'lib', 'new.R'), 'new\n');
  expect((await study.check(store))['gen']).toEqual([expect.stringContaining('lib/new.R')]);
});
