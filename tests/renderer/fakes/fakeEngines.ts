import type {EngineStatus} from '../../../shared/engine';
import {ok} from '../../../shared/result';
import type {FakeAnswers} from './fakeAnswers';

const DOCKER_READY: EngineStatus = {
  ...{state: 'ready', name: 'Docker 26.1', platform: 'linux/amd64', engine: 'docker'},
  ...{cpus: 4, memoryBytes: 8 * 1024 ** 3},
};

/** A computer with one engine, which answers. */
export const fakeEngines: FakeAnswers<'engines'> = {
  'engines:check': async () => ok(DOCKER_READY),
  'engines:start': async () => ok(null),
  'engines:choose': async () => ok(null),
};
