import {expect, it} from 'vitest';
import {engineChoice} from '../../../electron/core/engineChoice';

it('takes the word of the command line, the environment, the study, the user, in this order', () => {
  const said = {
    commandLine: 'a',
    env: {STUDY_DESK_ENGINE: 'b', DOCKER_HOST: 'tcp://h'},
    study: 'c',
    user: 'd',
  };
  expect(engineChoice(said)).toEqual({engine: 'a', by: 'command-line', variable: null});
  expect(engineChoice({...said, commandLine: null})).toEqual({
    ...{engine: 'b', by: 'environment', variable: 'STUDY_DESK_ENGINE'},
  });
  const env = {STUDY_DESK_ENGINE: '', DOCKER_CONTEXT: 'lab'};
  expect(engineChoice({...said, commandLine: null, env})).toEqual({
    ...{engine: null, by: 'environment', variable: 'DOCKER_CONTEXT'},
  });
  expect(engineChoice({...said, commandLine: null, env: {}}).engine).toBe('c');
  expect(engineChoice({...said, commandLine: null, env: {}, study: null}).engine).toBe('d');
  expect(engineChoice({commandLine: null, env: {}, study: null, user: null})).toEqual({
    ...{engine: null, by: 'default', variable: null},
  });
});
