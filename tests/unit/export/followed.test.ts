import {expect, it} from 'vitest';
import {placeOf} from '../../../electron/export/followed';

it.each([
  ['hpc:runs/study', 'hpc', 'runs/study'],
  ['ada@hpc.example:~/runs', 'hpc.example', './runs'],
  ['ssh://ada@hpc.example:2222/data/a%20run', 'hpc.example', '/data/a run'],
  ['ssh://hpc/~/runs', 'hpc', './runs'],
])('%s is a folder of another computer', (address, host, folder) => {
  expect(placeOf(address)).toMatchObject({host, folder});
});

it.each([
  '/data/run',
  'run',
  String.raw`C:\runs\run`,
  'ssh://[x',
  'ssh://hpc:port/run',
  'ssh://hpc/%zz',
])('%s is none', (address) => {
  expect(placeOf(address)).toBeNull();
});
