import {createServer, type RequestListener} from 'node:http';
import {expect, it, onTestFinished} from 'vitest';
import {downloadSize, imageAddress} from '../../../electron/docker/registry';

const never = new AbortController().signal;

/** A registry on this computer; answers its host and port. */
async function registry(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return `127.0.0.1:${address.port}`;
}

it('takes names apart as Docker does', () => {
  expect(imageAddress('ghcr.io/opensafely-core/r:v2')).toEqual({
    base: 'https://ghcr.io/v2/',
    repository: 'opensafely-core/r',
    reference: 'v2',
  });
  expect(imageAddress('localhost:5000/r')).toEqual({
    base: 'http://localhost:5000/v2/',
    repository: 'r',
    reference: 'latest',
  });
  expect(imageAddress('busybox:1')).toMatchObject({
    base: 'https://registry-1.docker.io/v2/',
    repository: 'library/busybox',
  });
  expect(imageAddress('jo/tool:v1')).toMatchObject({repository: 'jo/tool'});
});

it('adds up the layers for linux/amd64, with the token that a public registry wants', async () => {
  const host = await registry((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    if (url.pathname === '/token') {
      response.end(JSON.stringify({token: `for ${url.searchParams.get('scope') ?? ''}`}));
    } else if (request.headers.authorization !== 'Bearer for repository:core/r:pull') {
      const realm = `http://${request.headers.host}/token`;
      response.statusCode = 401;
      response.setHeader(
        'www-authenticate',
        `Bearer realm="${realm}",service="here",scope="repository:core/r:pull"`,
      );
      response.end();
    } else if (url.pathname === '/v2/core/r/manifests/v2') {
      const platform = (architecture: string) => ({os: 'linux', architecture});
      const manifests = [
        {digest: 'sha256:arm', platform: platform('arm64')},
        {digest: 'sha256:amd', platform: platform('amd64')},
      ];
      response.end(JSON.stringify({manifests}));
    } else if (url.pathname === '/v2/core/r/manifests/sha256:amd') {
      response.end(JSON.stringify({config: {size: 5}, layers: [{size: 100}, {size: 20}]}));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  expect(await downloadSize(`${host}/core/r:v2`, never)).toBe(125);
  expect(await downloadSize(`${host}/core/r:v3`, never)).toBeNull();
});

it('is not known where nobody answers, or something odd', async () => {
  const host = await registry((_request, response) => response.end('not JSON'));
  expect(await downloadSize(`${host}/r:v2`, never)).toBeNull();
  expect(await downloadSize('127.0.0.1:1/r:v2', never)).toBeNull();
});
