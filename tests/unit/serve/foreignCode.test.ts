import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {stageCode} from '../../../electron/files/stageCode';
import {argsOnDatabase} from '../../../electron/study/buildAction';
import {readProject} from '../../../electron/study/readProject';

it('gives a job nothing of this computer by way of a link in somebody else’s code', async () => {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-links-'));
  try {
    const [study, secret] = [join(root, 'study'), join(root, 'secret')];
    await mkdir(study);
    await mkdir(secret);
    await writeFile(join(secret, 'rows.csv'), 'patient_id\n');
    await symlink(secret, join(study, 'folder'));
    await symlink(join(secret, 'rows.csv'), join(study, 'rows.csv'));
    await writeFile(join(study, 'code.py'), '');
    await symlink('code.py', join(study, 'inside.py'));
    const staged = await stageCode(study, ['output/*.csv'], false, 'keep');
    const kinds = staged.ok ? staged.value.entries.map(({path, kind}) => `${path} ${kind}`) : [];
    expect(kinds).toEqual(['code.py file', 'folder symlink', 'inside.py file', 'rows.csv symlink']);
    // at a researcher's desk the same links are followed
    const own = await stageCode(study, ['output/*.csv'], false);
    expect(own.ok && own.value.entries.map(({path}) => path)).toContain('folder/rows.csv');
  } finally {
    await rm(root, {recursive: true, force: true});
  }
});

it('gives an action that reads a database no arguments of dummy data, and all others', () => {
  const {project} = readProject(`
version: '3.0'
expectations: {population_size: 1000}
actions:
  cohort:
    run: cohortextractor:latest generate_cohort --study-definition x
    config: {a: 1}
    outputs: {highly_sensitive: {cohort: output/input.csv}}
`);
  const [action] = project?.actions ?? [];
  expect(action?.containerArgs).toContain('--expectations-population=1000');
  expect(action === undefined ? null : argsOnDatabase(action)).toEqual([
    'generate_cohort',
    '--study-definition',
    'x',
    '--config',
    '{"a": 1}',
    '--output-dir=output',
  ]);
});
