import {expect, it} from 'vitest';
import type {Console} from '../../../electron/cli/console';
import {validateCommand} from '../../../electron/cli/commands/validate';
import {readProject} from '../../../electron/core/project/projectReader';

function listener() {
  const said: string[] = [];
  const json: object[] = [];
  const console: Console = {
    isTerminal: false,
    print: (line) => said.push(line),
    json: (value) => json.push(value as object), // one object a line
    warn: (line) => said.push(line),
    progress: () => undefined,
    isClosed: () => false,
    hasLost: () => false,
    flush: async () => undefined,
  };
  const context = {
    console,
    json: true,
    errorLine: {},
    projectDir: '/nowhere',
    projectDirGiven: '/nowhere',
    commit: null,
    version: '0',
    chosen: () => {
      throw new Error('validate needs no settings');
    },
    executor: () => 'docker' as const,
    core: () => Promise.reject(new Error('validate needs no core')),
  };
  return {said, json, context};
}

it('validateCommand tells a fault of its own for the file that it met, reads the next, and ends with 1', async () => {
  const {said, json, context} = listener();
  const paths = ['/nowhere/first', '/nowhere/second', '/nowhere/third'];
  const code = await validateCommand(context, paths, async (text, dir) => {
    if (dir.startsWith('/nowhere') && json.length === 1) throw new Error('lost my way');
    return readProject(text, dir);
  });
  expect(code).toBe(1);
  expect(json).toMatchObject([
    {file: '/nowhere/first', valid: false},
    {file: '/nowhere/second', error: {kind: 'bug'}},
    {file: '/nowhere/third', valid: false},
  ]);
  expect(said).toContain('/nowhere/second: not checked');
  expect(said.join('\n')).toContain('lost my way');
  expect(said).toContain('3 files checked, 2 invalid, 1 not checked');
});
