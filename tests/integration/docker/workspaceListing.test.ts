import {PassThrough} from 'node:stream';
import Dockerode from 'dockerode';
import {pack} from 'tar-stream';
import {expect, it} from 'vitest';
import {listWorkspace, writtenPaths} from '../../../electron/docker/workspaceListing';

it('lists what a command wrote by the headers of the workspace, where the layer cannot be looked at', async () => {
  const engine = new Dockerode();
  const script = [
    'cd /workspace',
    'echo longer than before > changed.txt',
    'echo x > same-size.txt',
    'cat kept.txt > /dev/null',
    'mkdir -p output/deep',
    'echo 1 > output/deep/a.csv',
    'ln -s /etc/passwd output/link.csv',
    'rm gone.txt',
  ].join('\n');
  const container = await engine.createContainer({
    Image: 'study-desk-test/busybox:v1',
    Cmd: ['sh', '-c', script],
    HostConfig: {NetworkMode: 'none'},
  });
  try {
    const mtimeMs = Date.UTC(2020, 1, 1);
    const staged = ['changed.txt', 'same-size.txt', 'kept.txt', 'gone.txt'].map((path) => ({
      path,
      size: 2,
      mtimeMs,
    }));
    const archive = pack();
    for (const {path, size} of staged)
      archive.entry({name: `workspace/${path}`, size, mtime: new Date(mtimeMs)}, 'y\n');
    archive.finalize();
    await container.putArchive(archive.pipe(new PassThrough()), {path: '/'});
    await container.start();
    await container.wait();
    const listing = await listWorkspace(container, staged);
    if (listing === null) throw new Error('Nothing was listed.');
    const written = writtenPaths(listing, new Set(staged.map(({path}) => path)));
    expect([...written].sort()).toEqual([
      'changed.txt',
      'output/deep/a.csv',
      'output/link.csv',
      'same-size.txt',
    ]);
  } finally {
    await container.remove({force: true});
  }
});

it('leaves a large workspace to the engine', async () => {
  const container = new Dockerode().getContainer('never-asked');
  const staged = [{path: 'large.bin', size: 2 ** 30, mtimeMs: 0}];
  expect(await listWorkspace(container, staged)).toBeNull();
});
