import {chmodSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {expect, it} from 'vitest';
import {valueOf, withStudyOf} from '../reports/studyWith';

const TEXT = 'patient_id,sex\r\n1,male\r\n';
const FILES = {
  'project.yaml': `version: '4.0'
actions:
  a:
    run: ehrql:v1 generate-dataset d.py --dummy-tables ./dummy/ --output output/a.csv
    outputs: {highly_sensitive: {d: output/a.csv}}
`,
  'd.py': '',
  'dummy/patients.csv': TEXT,
  'dummy/latin.csv': '',
  'other/patients.csv': TEXT,
  'output/a.csv': TEXT,
};

it('dummy tables are edited where they are dummy tables, and where nobody else saved them', () =>
  withStudyOf(FILES, async ({datasets, dir}) => {
    const at = (path: string) => join(dir, path);
    writeFileSync(at('dummy/latin.csv'), Buffer.from('patient_id\n\xe9\n', 'latin1'));
    writeFileSync(at('dummy/packed.csv.gz'), gzipSync(TEXT));
    symlinkSync('/etc/passwd', at('dummy/link.csv'));
    chmodSync(at('dummy/patients.csv'), 0o640);
    const path = 'dummy/patients.csv';
    const read = await valueOf(datasets.readTable({path}));
    expect(read.text).toBe(TEXT);
    const saved = await valueOf(
      datasets.saveTable({path, version: read.version, text: `${TEXT}2,female\r\n`}),
    );
    expect(readFileSync(at(path), 'utf8')).toBe(`${TEXT}2,female\r\n`);
    expect(statSync(at(path)).mode & 0o777).toBe(0o640);
    // another program saves it
    writeFileSync(at(path), 'patient_id\n');
    for (const version of [read.version, saved.version])
      expect(await datasets.saveTable({path, version, text: TEXT})).toMatchObject({
        error: {message: 'dummy/patients.csv has changed in the meantime.'},
      });
    expect(readFileSync(at(path), 'utf8')).toBe('patient_id\n');

    const packed = {path: 'dummy/packed.csv.gz'};
    const {version} = await valueOf(datasets.readTable(packed));
    await valueOf(datasets.saveTable({...packed, version, text: 'patient_id\n9\n'}));
    expect(gunzipSync(readFileSync(at(packed.path))).toString()).toBe('patient_id\n9\n');

    for (const [refused, why] of [
      ['output/a.csv', /output: only the action/],
      ['other/patients.csv', /no run line names its folder/],
      ['d.py', /\.csv or \.csv\.gz/],
      ['dummy/latin.csv', /lose the characters/],
      ['dummy/link.csv', /link to somewhere else/],
    ] as const)
      expect(await datasets.readTable({path: refused})).toMatchObject({
        error: {why: expect.stringMatching(why) as unknown},
      });
  }));
