import type {RequestAnswer, RequestArg} from '../../../shared/contract/contract';
import type {engineRequests} from '../../../shared/contract/engineRequests';
import type {EngineStatus, FoundEngine} from '../../../shared/engine';
import {ok} from '../../../shared/result';

const DOCKER_READY: EngineStatus = {
  ...{state: 'ready', name: 'Docker 26.1', platform: 'linux/amd64', engine: 'docker'},
  ...{cpus: 4, memoryBytes: 8 * 1024 ** 3},
};

const DOCKER: FoundEngine = {
  ...{name: 'docker', title: 'Docker Engine', address: 'unix:///var/run/docker.sock'},
  ...{status: DOCKER_READY, latencyMs: 2},
};

type Handlers = {
  [N in keyof typeof engineRequests]: (arg: RequestArg<N>) => RequestAnswer<N>;
};

/** A computer with one engine, which answers. */
export const fakeEngines: Handlers = {
  'engines:check': async () => ok(DOCKER_READY),
  'engines:list': async () =>
    ok({
      engines: [{...DOCKER, status: {state: 'checking'}, latencyMs: null}],
      choice: {engine: null, by: 'default', variable: null},
      ...{used: 'docker', ofStudy: null, ofUser: null},
    }),
  'engines:probe': async ({engine}) => ok(engine === DOCKER.name ? DOCKER : null),
  'engines:start': async () => ok(null),
  'engines:choose': async () => ok(null),
};
