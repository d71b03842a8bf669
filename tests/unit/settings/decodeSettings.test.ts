import {describe, expect, it} from 'vitest';
import {decodeSettings, environmentSettings} from '../../../electron/settings/decodeSettings';

describe('settings of a file', () => {
  it('are each taken by itself; what is damaged is told, and what is not ours kept', () => {
    const found = decodeSettings({
      theme: 'dark',
      zoom: 'large',
      concurrency: -3,
      cacheOutputs: 'no',
      passedVariables: [1],
      cpus: 3,
      newer: 1,
    });
    expect(found.settings).toEqual({theme: 'dark', cpus: 3});
    expect(found.others).toEqual({newer: 1});
    expect(found.faults).toEqual([
      'zoom is "large", which is not: A percentage from 50 to 300, e.g. 125%.',
      'passedVariables is [1], which is not: Names of variables, separated by spaces.',
      'concurrency is -3, which is not: A whole number from 1 to 64.',
      'cacheOutputs is "no", which is not: yes or no.',
    ]);
  });

  it.each([[null], [[]], ['x'], [7]])('are none in %j, which is told', (nothing) => {
    expect(decodeSettings(nothing)).toMatchObject({
      settings: {},
      faults: ['It holds no settings.'],
    });
  });
});

describe('settings of the environment', () => {
  it('are variables named after each', () => {
    expect(
      environmentSettings({
        STUDY_DESK_MEMORY: '8G',
        STUDY_DESK_CONTINUE_ON_ERROR: 'yes',
        STUDY_DESK_CONCURRENCY: '',
        STUDY_DESK_ACTION_BASE: '/repositories',
        MEMORY: '1G',
      }),
    ).toEqual({settings: {memoryBytes: 8 * 1024 ** 3, continueOnError: true}, faults: []});
  });

  it('may have another name that other programs know', () => {
    const both = {STUDY_DESK_REGISTRY: 'mine.org/a', DOCKER_REGISTRY: 'theirs.org'};
    expect(environmentSettings(both).settings).toEqual({registry: 'mine.org/a'});
    expect(environmentSettings({DOCKER_REGISTRY: 'theirs.org'}).settings).toEqual({
      registry: 'theirs.org',
    });
    expect(environmentSettings({DOCKER_REGISTRY: 'https://theirs.org'}).faults).toEqual([
      'DOCKER_REGISTRY is "https://theirs.org", which is not: A registry and a path in it, e.g. ghcr.io/opensafely-core.',
    ]);
  });

  it('are told where they can’t be understood', () => {
    expect(environmentSettings({STUDY_DESK_CPUS: 'two', STUDY_DESK_OFFLINE: 'on'})).toEqual({
      settings: {offline: true},
      faults: ['STUDY_DESK_CPUS is "two", which is not: A number above 0, e.g. 2 or 1.5.'],
    });
  });
});
