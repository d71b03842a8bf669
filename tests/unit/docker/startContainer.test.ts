import {expect, it} from 'vitest';
import {startContainer} from '../../../electron/docker/dockerExecutor';

/** A container whose starts fail with these messages before one succeeds. */
function failing(messages: readonly string[]): {start: () => Promise<void>; starts: () => number} {
  let starts = 0;
  return {
    start: async () => {
      const message = messages[starts];
      starts += 1;
      if (message !== undefined) throw new Error(message);
    },
    starts: () => starts,
  };
}

const lost =
  'OCI runtime create failed: runc create failed: unable to start container process: waiting for init preliminary setup: read init-p: connection reset by peer: unknown';

it('the start of a container is tried again where its set-up was lost', async () => {
  const container = failing([lost]);
  await startContainer(container);
  expect(container.starts()).toBe(2);
});

it('the start of a container is tried again once only', async () => {
  const container = failing([lost, lost]);
  await expect(startContainer(container)).rejects.toThrow('connection reset by peer');
  expect(container.starts()).toBe(2);
});

it('the start of a container is not tried again where the command cannot be started', async () => {
  const container = failing(['runc create failed: exec: "nosuch": executable file not found']);
  await expect(startContainer(container)).rejects.toThrow('executable file not found');
  expect(container.starts()).toBe(1);
});
