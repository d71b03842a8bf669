import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {pullMissing} from '../../../electron/core/runs/pullMissing';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {Engine} from '../../../electron/executor/executor';
import type {ImageState} from '../../../shared/engine';
import type {RunEvent} from '../../../shared/run';
import {longTest} from '../../gateShare';
import {createSecondEngine, type SecondEngine} from './secondEngine';

const IMAGE = 'ghcr.io/opensafely-core/python:v2';
const MISSING: readonly ImageState[] = [{image: IMAGE, present: false, id: null, sizeBytes: null}];

let second: SecondEngine;
let engine: Engine;

beforeAll(async () => {
  second = createSecondEngine(await mkdtemp(join(tmpdir(), 'study-desk-pull-')));
  engine = createDockerEngine({host: second.host});
  await second.start();
});

afterAll(async () => {
  await engine.executor.close();
  await second.remove();
});

/** Begins a download, and kills the engine while it is asked for it; resolves once that is told. */
async function loseOverDownload(signal: AbortSignal): Promise<{
  readonly told: readonly string[];
  readonly failed: ReturnType<typeof pullMissing>;
}> {
  const told: string[] = [];
  second.hang(true);
  const emit = (event: RunEvent): void => {
    if (event.event === 'notice') told.push(event.message);
  };
  const failed = pullMissing(engine.imageStore, MISSING, {
    runId: 'run',
    continueOnError: false,
    emit,
    signal,
  });
  setTimeout(() => void second.kill(), 300);
  await expect.poll(() => told.length, {timeout: 20_000}).toBe(1);
  expect(told[0]).toContain(`stopped answering while ${IMAGE} was downloaded; waiting`);
  return {told, failed};
}

it('waits for an engine that was killed over a download, and asks it again', async () => {
  const {told, failed} = await loseOverDownload(new AbortController().signal);
  await second.start();
  // it has no network: that is its answer to the second asking
  const answer = await failed;
  expect(told[1]).toBe('The container engine is back.');
  expect(told).toHaveLength(2);
  expect(answer.get(IMAGE)?.kind).toBe('network');
});

longTest('needs no second download where the image came meanwhile', async () => {
  await second.copyImage('study-desk-test/busybox:v1', IMAGE);
  const {failed} = await loseOverDownload(new AbortController().signal);
  await second.start();
  expect([...(await failed)]).toEqual([]);
});

longTest('is stopped while it waits', async () => {
  const stop = new AbortController();
  const {failed} = await loseOverDownload(stop.signal);
  stop.abort();
  expect([...(await failed).keys()]).toEqual([IMAGE]);
  await second.start();
});
