import {expect, it} from 'vitest';
import {addressText, parseHost} from '../../../electron/docker/engineAddresses';

it('reads addresses of all kinds', () => {
  expect(parseHost('npipe:////./pipe/docker_engine')).toEqual({
    kind: 'socket',
    socketPath: '//./pipe/docker_engine',
  });
  expect(parseHost('127.0.0.1:2375')).toEqual({
    kind: 'host',
    host: 'tcp://127.0.0.1:2375',
    tls: null,
  });
  expect(parseHost('https://h')).toMatchObject({tls: {certDir: null, verify: true}});
  expect(parseHost('ssh://jo@server')).toEqual({kind: 'ssh', host: 'ssh://jo@server'});
  for (const text of ['npipe:////./pipe/docker_engine', 'unix:///run/d.sock', 'tcp://h:2375'])
    expect(addressText(parseHost(text))).toBe(text);
});
