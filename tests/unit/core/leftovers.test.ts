import {describe, expect, it} from 'vitest';
import {engineLeftovers, type LeftoverFacts} from '../../../electron/core/cleanUp/leftovers';
import type {StockItem} from '../../../electron/executor/executor';

const FACTS: LeftoverFacts = {
  studyId: 'mine',
  unendedRuns: new Set(['open']),
  goneProcesses: new Set(['gone']),
  opensafelyJobs: new Set(['abc']),
  opensafelyRuns: false,
  images: null,
};

function item(kind: StockItem['kind'], name: string, more: Partial<StockItem> = {}): StockItem {
  return {...{kind, name, id: name, image: null, bytes: 1, labels: {}, inUse: false}, ...more};
}

const ours = (runId: string, studyId = 'mine') => ({
  'study-desk.run': runId,
  'study-desk.study': studyId,
});

const left = (stock: readonly StockItem[], facts: Partial<LeftoverFacts> = {}): readonly string[] =>
  engineLeftovers(stock, {...FACTS, ...facts}).map(({leftover}) => leftover.name);

describe('what is left over in an engine', () => {
  it('are containers of this study whose run has ended, and of no other study or run', () => {
    const stock = [
      item('container', 'ended', {labels: ours('old')}),
      item('container', 'running', {labels: ours('old'), inUse: true}),
      item('container', 'to be collected', {labels: ours('open')}),
      item('container', 'of another study', {labels: ours('old', 'theirs')}),
      item('container', 'of somebody'),
    ];
    expect(left(stock)).toEqual(['ended']);
  });

  it('are shells that have ended or that nobody can reach any more, and no tool that runs', () => {
    const shell = (process: string, study = 'mine') => ({
      'study-desk.tool': 'shell',
      'study-desk.study': study,
      'study-desk.process': process,
    });
    const lab = {'study-desk.tool': 'jupyter', 'study-desk.study': 'mine'};
    const stock = [
      item('container', 'ended', {labels: shell('here')}),
      item('container', 'left', {labels: shell('gone'), inUse: true}),
      item('container', 'typed to', {labels: shell('here'), inUse: true}),
      item('container', 'of another study', {labels: shell('gone', 'theirs'), inUse: true}),
      item('container', 'lab', {labels: lab, inUse: true}),
    ];
    expect(left(stock)).toEqual(['ended', 'left']);
  });

  it('are jobs, volumes and helpers that opensafely has left in this study', () => {
    const stock = [
      item('container', 'os-job-abc'),
      item('container', 'os-volume-abc-manager', {inUse: true}),
      item('volume', 'os-volume-abc'),
      item('container', 'os-job-xyz'),
      item('container', 'os-volume-xyz-manager', {inUse: true}),
      item('volume', 'os-volume-xyz'),
      item('volume', 'mine'),
    ];
    expect(left(stock)).toEqual(['os-job-abc', 'os-volume-abc-manager', 'os-volume-abc']);
    expect(left(stock, {opensafelyRuns: true})).toEqual([]);
  });

  it('never are its jobs or volumes that are in use', () => {
    expect(
      left([
        item('container', 'os-job-abc', {inUse: true}),
        item('volume', 'os-volume-abc', {inUse: true}),
      ]),
    ).toEqual([]);
  });

  it('are images of OpenSAFELY without a name, and of registries of before', () => {
    const labels = {'org.opencontainers.image.vendor': 'OpenSAFELY'};
    const stock = [
      item('image', '0123456789ab', {labels}),
      item('image', 'fedcba987654', {labels, inUse: true}),
      item('image', 'nobody’s'),
      item('image', 'ghcr.io/opensafely-core/r:v2', {image: 'sha256:1', labels}),
      item('image', 'ghcr.io/opensafely/r:latest', {image: 'sha256:2'}),
      item('image', 'docker.opensafely.org/r:latest', {image: 'sha256:3', inUse: true}),
    ];
    expect(left(stock)).toEqual(['0123456789ab', 'ghcr.io/opensafely/r:latest']);
    // another study may still run in it, so it has to be named
    for (const {leftover} of engineLeftovers(stock, FACTS)) expect(leftover.loss).not.toBeNull();
  });

  it('are named images that this study does not need, and that they are of use is said', () => {
    const here = (name: string, more: Partial<StockItem> = {}) =>
      item('image', name, {image: 'sha256:1', ...more});
    const stock = [here('x.org/r:v2'), here('x.org/r:v1'), here('y.org/r:v1')];
    const images = {registry: 'x.org', needed: new Set(['x.org/r:v2'])};
    const [found, ...others] = engineLeftovers(stock, {...FACTS, images});
    expect(others).toEqual([]);
    expect(found?.leftover).toMatchObject({name: 'x.org/r:v1', loss: expect.any(String) as string});
    // nor is one of a former registry known to be of no use to others
    const [former] = engineLeftovers([here('docker.opensafely.org/r:v1')], {...FACTS, images});
    expect(former?.leftover.loss).toEqual(expect.any(String));
    const used = [here('x.org/r:v1', {inUse: true})];
    expect(engineLeftovers(used, {...FACTS, images})).toEqual([]);
  });
});
