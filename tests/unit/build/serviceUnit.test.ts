import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {beforeEach, expect, it} from 'vitest';
import {folderOfTest} from '../../temporary';

const run = promisify(execFile);
const UNIT = 'build/study-desk-serve.service';

let dir: string;

beforeEach(() => {
  dir = folderOfTest();
});

/** What systemd says of a unit; nothing where all is well. */
async function verify(text: string): Promise<string> {
  const file = join(dir, 'study-desk-serve.service');
  await writeFile(file, text);
  const {stdout, stderr} = await run('systemd-analyze', ['verify', file], {
    env: {...process.env, SYSTEMD_LOG_LEVEL: 'warning'},
  }).catch((error: {stdout: string; stderr: string}) => error);
  return `${stdout}${stderr}`;
}

const unit = await readFile(UNIT, 'utf8');
/** The unit with the program of this computer: systemd looks whether it is there. */
const here = unit.replace('/usr/bin/node', process.execPath);

it('is one that systemd finds nothing wrong with', async (context) => {
  const there = await run('systemd-analyze', ['--version']).catch(() => null);
  if (there === null) context.skip('systemd-analyze is not here');
  expect(await verify(here)).toBe('');
  // and it would say so if it did
  expect(await verify(here.replace('Type=exec', 'Type=excellent'))).toContain('excellent');
  expect(await verify(here.replace(process.execPath, '/no/such/node'))).toContain('/no/such/node');
});

it('starts what the container starts', async () => {
  const container = await readFile('build/serve.Containerfile', 'utf8');
  const [, program = ''] = /^ENTRYPOINT \["node", "([^"]+)"\]$/m.exec(container) ?? [];
  const [, command = ''] = /^CMD \["([^"]+)"\]$/m.exec(container) ?? [];
  expect(unit).toContain(`ExecStart=/usr/bin/node ${program} ${command}\n`);
  expect(program).toMatch(/^\/opt\/study-desk\/dist\/host\//);
});

it('holds no secret, nor does the example of its settings', async () => {
  const example = await readFile('build/serve.env.example', 'utf8');
  for (const line of example.split('\n'))
    if (/TOKEN|URL|PASS/.test(line)) expect(line).toMatch(/=$/);
  expect(unit).not.toMatch(/TOKEN|PASS|DATABASE/);
});
