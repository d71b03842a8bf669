import {expect, it} from 'vitest';
import {engineChoice} from '../../../electron/core/engines/enginesFacet';
import {resolveSettings} from '../../../shared/settings';

it('takes the word of the command line, the environment, the study, the user, in this order', () => {
  const env = {DOCKER_HOST: 'tcp://h'};
  const lab = {DOCKER_HOST: '', DOCKER_CONTEXT: 'lab'};
  const user = {user: {engine: 'd'}};
  const study = {...user, study: {engine: 'c'}};
  const environment = {...study, environment: {engine: 'b'}};
  const commandLine = {...environment, 'command-line': {engine: 'a'}};
  const choice = (layers: Parameters<typeof resolveSettings>[0], given = {}) =>
    engineChoice(resolveSettings(layers), given);
  expect(choice(commandLine, env)).toEqual({engine: 'a', by: 'command-line', variable: null});
  expect(choice(environment, env)).toEqual({
    ...{engine: 'b', by: 'environment', variable: 'STUDY_DESK_ENGINE'},
  });
  expect(choice(study, lab)).toEqual({engine: null, by: 'environment', variable: 'DOCKER_CONTEXT'});
  expect(choice(study)).toEqual({engine: 'c', by: 'study', variable: null});
  expect(choice(user)).toEqual({engine: 'd', by: 'user', variable: null});
  expect(choice({})).toEqual({engine: null, by: 'default', variable: null});
});
