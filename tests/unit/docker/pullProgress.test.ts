import {expect, it} from 'vitest';
import type {PullMessage} from '../../../electron/docker/engineReplies';
import {PULL_BEGINS, pullProgress, pullStep} from '../../../electron/docker/dockerImages';

const after = (messages: readonly PullMessage[]) =>
  pullProgress('r:v2', messages.reduce(pullStep, PULL_BEGINS));

const loading = (id: string, current: number, total: number): PullMessage => ({
  status: 'Downloading',
  id,
  progressDetail: {current, total},
});

it('adds up the layers', () => {
  const begin: PullMessage[] = [
    {status: 'Pulling from opensafely-core/r', id: 'v2'},
    {status: 'Pulling fs layer', id: 'a', progressDetail: {}},
    {status: 'Pulling fs layer', id: 'b', progressDetail: {}},
    {status: 'Already exists', id: 'c', progressDetail: {}},
  ];
  expect(after([])).toMatchObject({phase: 'resolving', downloadedBytes: 0, totalBytes: null});
  expect(after([...begin, loading('a', 10, 100)])).toMatchObject({
    phase: 'downloading',
    downloadedBytes: 10,
    totalBytes: 100,
  });
  expect(after([...begin, loading('a', 10, 100), loading('b', 50, 50)])).toMatchObject({
    downloadedBytes: 60,
    totalBytes: 150,
  });
});

it('never goes back while layers are unpacked', () => {
  const all: PullMessage[] = [
    loading('a', 100, 100),
    {status: 'Download complete', id: 'a', progressDetail: {}},
    {status: 'Extracting', id: 'a', progressDetail: {current: 5, total: 100}},
    {status: 'Pull complete', id: 'a', progressDetail: {}},
  ];
  const steps = all.map((_, index) => after(all.slice(0, index + 1)));
  expect(steps.map(({downloadedBytes}) => downloadedBytes)).toEqual([100, 100, 100, 100]);
  expect(steps.at(-1)?.phase).toBe('extracting');
});
