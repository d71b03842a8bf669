import {describe, expect, it} from 'vitest';
import {engineError, failedStatus, startHint} from '../../../electron/docker/engineError';

/** As dockerode throws it. */
const refusal = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {
    statusCode,
    json: {message},
  });

const noAnswer = (code: string): Error =>
  Object.assign(new Error(`connect ${code} /var/run/docker.sock`), {code});

const CASES: readonly (readonly [string, Error, string, RegExp])[] = [
  ['no socket', noAnswer('ENOENT'), 'no-engine', /No container engine answers/],
  ['nobody listens', noAnswer('ECONNREFUSED'), 'no-engine', /No container engine answers/],
  ['no permission', noAnswer('EACCES'), 'no-engine', /have permission/],
  ['broken off', new Error('socket hang up'), 'no-engine', /was lost/],
  [
    'no image',
    refusal(404, 'No such image: x:v1'),
    'image-missing',
    /image is not on this computer/,
  ],
  ['no container', refusal(404, 'No such container: abc'), 'not-found', /has been removed/],
  ['disk full', refusal(500, 'write /x: no space left on device'), 'file-system', /disk is full/],
  ['CPUs', refusal(400, 'range of CPUs is from 0.01 to 2.00'), 'invalid-request', /fewer CPUs/],
  ['memory', refusal(400, 'Minimum memory limit allowed is 6MB'), 'invalid-request', /too small/],
  [
    'no program',
    refusal(400, 'exec: "pyton": executable file not found in $PATH: unknown'),
    'job-failed',
    /doesn't contain the program/,
  ],
  [
    'Podman alone',
    refusal(500, 'lookup init binary: exec: "catatonit": executable file not found in $PATH'),
    'job-failed',
    /lacks the program catatonit/,
  ],
  ['refused', refusal(500, 'Head "x": unauthorized: denied'), 'network', /registry refused/],
  [
    'offline',
    refusal(500, 'dial tcp: lookup ghcr.io: no such host'),
    'network',
    /could not be reached/,
  ],
];

describe('what an engine refuses', () => {
  it.each(CASES)('%s is a sentence with a way on', (_name, error, kind, message) => {
    const told = engineError(error, 'do it');
    expect(told.kind).toBe(kind);
    expect(told.message).toMatch(message);
    expect(told.hint).toMatch(/\.$/);
    expect(told.detail).toContain(error.message.replace(/^\(.*?\) server error - /, '').trim());
  });

  it('is not blamed for a file of this computer', () => {
    const gone = Object.assign(new Error("ENOENT: no such file, open '/s/a.R'"), {
      code: 'ENOENT',
      syscall: 'open',
      path: '/s/a.R',
    });
    expect(engineError(gone, 'prepare a container')).toMatchObject({
      kind: 'file-system',
      message: 'A file could not be read or written to prepare a container.',
    });
  });

  it('that is not known is told in its own words', () => {
    const told = engineError(refusal(500, 'something odd'), 'list its images');
    expect(told).toMatchObject({
      message: 'The container engine could not list its images.',
      why: 'something odd',
    });
    expect(failedStatus(refusal(409, 'x'))).toBe(409);
    expect(failedStatus('not an error')).toBeNull();
  });
});

it('tells how to start an engine on each system', () => {
  expect(startHint('win32')).toContain('Docker Desktop');
  expect(startHint('darwin')).toContain('Docker Desktop');
  expect(startHint('linux')).toContain('systemctl');
});
