import {chmod} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {findProgram, standIn} from '../../../electron/process/processExecutor';
import {folderWith} from '../files/studyFolder';

const REGISTRY = 'ghcr.io/opensafely-core';

describe('what stands in for an image', () => {
  it('is the computer’s Python for python, by the names it has on each system', () => {
    const args = ['python', 'a.py', '--x'];
    expect(standIn(`${REGISTRY}/python:v2`, args, 'linux')).toMatchObject({
      value: {programs: ['python3', 'python'], args: ['a.py', '--x']},
    });
    expect(standIn(`${REGISTRY}/python:v1`, args, 'win32')).toMatchObject({
      value: {programs: ['python', 'py', 'python3']},
    });
  });

  it('is Rscript for r', () => {
    expect(standIn('localhost:5000/r:v2', ['a.R'], 'darwin')).toMatchObject({
      value: {programs: ['Rscript'], args: ['a.R']},
    });
  });

  it.each(['ehrql:v1', 'stata-mp:v1', 'sqlrunner:v1', 'cohortextractor:latest', 'jupyter:v1'])(
    'is nothing for %s, in a sentence',
    (image) => {
      const result = standIn(`${REGISTRY}/${image}`, ['generate-dataset'], 'linux');
      if (result.ok) throw new Error('Something stands in');
      expect(result.error.message).toContain(image.split(':')[0]);
      expect(result.error.hint).toContain('Docker');
    },
  );

  it('is nothing for another program of the Python image', () => {
    expect(standIn(`${REGISTRY}/python:v2`, ['jupyter', 'nbconvert'], 'linux')).toMatchObject({
      error: {message: '"jupyter" cannot be run without its container image.'},
    });
  });
});

it('a program on PATH is the first name that is found, wherever it is', async () => {
  const dir = await folderWith({
    'one/python': 'x',
    'two/python3': 'x',
    'one/python3': 'x',
    'one/py': '',
  });
  await chmod(path.join(dir, 'one/python'), 0o755);
  await chmod(path.join(dir, 'two/python3'), 0o755);
  await chmod(path.join(dir, 'one/py'), 0o755);
  const env = {PATH: `${dir}/one:${dir}/two`};
  expect(await findProgram(['python3', 'python'], env, 'linux')).toBe(`${dir}/two/python3`);
  expect(await findProgram(['python'], env, 'linux')).toBe(`${dir}/one/python`);
  expect(await findProgram(['py'], env, 'linux')).toBeNull();
  expect(await findProgram(['none'], {}, 'linux')).toBeNull();
});
