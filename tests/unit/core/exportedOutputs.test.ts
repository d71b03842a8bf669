import {linkSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createExportGate} from '../../../electron/core/release/exportedOutputs';
import type {TieredFile} from '../../../electron/core/outputs/sensitiveFiles';
import type {Tier} from '../../../shared/sensitivity';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();

const file = (path: string, tier: Tier): TieredFile => ({
  path,
  tier,
  strictest: tier,
  action: 'a',
  expected: true,
});

const REPORT = {
  rulesVersion: '1',
  checkedAt: '2026-01-01T00:00:00Z',
  files: [],
  findings: [],
  idleWaivers: [],
};

it('nothing highly sensitive leaves under another name, be it a link or a copy', async () => {
  writeFileSync(join(dir, 'cohort.csv'), 'patient_id\n1\n');
  writeFileSync(join(dir, 'copy.csv'), 'patient_id\n1\n');
  writeFileSync(join(dir, 'other.csv'), 'patient_no\n1\n');
  symlinkSync('cohort.csv', join(dir, 'link.csv'));
  linkSync(join(dir, 'cohort.csv'), join(dir, 'hard.csv'));
  // a folder in the place of a file can't be read; what is as large as it might be the same
  mkdirSync(join(dir, 'folder.csv/inside'), {recursive: true});
  writeFileSync(join(dir, 'as_large.csv'), 'x'.repeat(statSync(join(dir, 'folder.csv')).size));
  const sensitive = ['cohort.csv', 'folder.csv'].map((path) => file(path, 'highly_sensitive'));
  const asked = ['other.csv', 'copy.csv', 'link.csv', 'hard.csv', 'as_large.csv'].map((path) =>
    file(path, 'moderately_sensitive'),
  );
  const gate = await createExportGate(dir, [...sensitive, ...asked], REPORT);
  expect(await Promise.all(asked.map((each) => gate.refusal(each)))).toEqual([
    null,
    'a highly sensitive file has the same content',
    expect.any(String),
    'a highly sensitive file has the same content',
    expect.stringContaining('may be a copy of a highly sensitive file'),
  ]);
});
