import {expect, it} from 'vitest';
import {sshArguments} from '../../../electron/docker/sshConnection';

const OPTIONS = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'];

it('leaves all to the ssh of the user but that it may not ask', () => {
  expect(sshArguments('ssh://far')).toEqual([
    ...[...OPTIONS, '--', 'far', 'docker', 'system', 'dial-stdio'],
  ]);
  expect(sshArguments('ssh://jo@far:2222/run/user/1000/docker.sock')).toEqual([
    ...[...OPTIONS, '-l', 'jo', '-p', '2222', '--', 'far'],
    ...['docker', '--host', 'unix:///run/user/1000/docker.sock', 'system', 'dial-stdio'],
  ]);
});

it('lets no address smuggle in an option or a command', () => {
  expect(sshArguments('ssh://-oProxyCommand=x').at(5)).toBe('--');
  expect(sshArguments("ssh://far/a';rm -rf x").at(-3)).toBe(String.raw`'unix:///a'\'';rm -rf x'`);
  expect(() => sshArguments('ssh:///run/x.sock')).toThrow('is not an ssh address');
});
