import {readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import type {LogLevel} from '../../../electron/serve/config';
import {createServeLog, errorFacts, type ServeLog} from '../../../electron/serve/log';
import {createSecrets} from '../../../electron/serve/rules/secrets';
import {folderOfTest} from '../../temporary';

let dir: string;
let lines: string[];
let today: string;

beforeEach(() => {
  dir = folderOfTest();
  lines = [];
  today = '2026-03-01T10:00:00.000Z';
});

const log = (level: LogLevel, debugFile: string | null = null): ServeLog =>
  createServeLog({
    level,
    debugFile,
    secrets: createSecrets(['hush-hush']),
    write: (line) => void lines.push(line),
    now: () => new Date(today),
  });

it('the log of a runner is one JSON object a line, from its level on', () => {
  const told = log('warning');
  told.debug('poll');
  told.info('request', {requestId: 'jr1'});
  told.warning('back-off', {seconds: 25});
  told.error('git', errorFacts(new Error('two\nlines')));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {time: today, level: 'warning', event: 'back-off', seconds: 25},
    {
      time: today,
      level: 'error',
      event: 'git',
      error: 'two\nlines',
      stack: expect.any(String) as string,
    },
  ]);
  expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
});

it('the log of a runner covers every secret, in whatever part of a line and however it is written', () => {
  const told = log('debug');
  told.info('hush-hush', {message: 'HUSH-HUSH', coded: encodeURIComponent('hush-hush')});
  told.info('job', {coded: Buffer.from('a hush-hush b').toString('base64')});
  expect(lines.join('\n')).not.toMatch(/hush-hush|aHVzaC1odXNo|VzaC1odXNo/i);
  expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
});

it('the log of a runner goes with every level to a file for each day, of which the latest 14 are kept', async () => {
  const file = join(dir, 'logs', 'serve.log');
  await writeFile(join(dir, 'other'), '');
  const told = log('error', file);
  for (let day = 1; day <= 20; day += 1) {
    today = `2026-03-${String(day).padStart(2, '0')}T10:00:00.000Z`;
    told.debug('poll', {day});
    told.info('poll', {secret: 'hush-hush'});
    await told.flush();
  }
  expect(lines).toEqual([]);
  const names = (await readdir(join(dir, 'logs'))).sort();
  expect(names).toHaveLength(14);
  expect([names[0], names.at(-1)]).toEqual(['serve.log.2026-03-07', 'serve.log.2026-03-20']);
  const last = join(dir, 'logs', 'serve.log.2026-03-20');
  const [first = '', second = ''] = (await readFile(last, 'utf8')).split('\n');
  expect(JSON.parse(first)).toMatchObject({level: 'debug', day: 20});
  expect(JSON.parse(second)).toMatchObject({level: 'info', secret: '[secret]'});
  expect((await stat(last)).mode & 0o777).toBe(0o600);
});
