import http from 'node:http';
import https from 'node:https';
import net, {type AddressInfo} from 'node:net';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {agentFor, fetchThrough} from '../../../electron/network/proxyAgent';
import {makeCertificate, type Certificate} from '../../queue/certificate';

let certificate: Certificate;
let server: https.Server;
let proxy: http.Server;
const asked: string[] = [];

const portOf = (each: net.Server): number => (each.address() as AddressInfo).port; // it listens
const listening = (each: net.Server): Promise<void> =>
  new Promise((resolve) => each.listen(0, '127.0.0.1', resolve));

/** An address of somebody's server, as only the proxy knows it. */
const ADDRESS = 'https://registry.example/v2/';
const proxyAt = (port: number): string => `http://127.0.0.1:${port}`;

beforeAll(async () => {
  certificate = await makeCertificate();
  server = https.createServer({cert: certificate.cert, key: certificate.key}, (request, reply) => {
    reply.end(`${request.method ?? ''} ${request.url ?? ''}`);
  });
  await listening(server);
  proxy = http.createServer();
  proxy.on('connect', ({url}, socket) => {
    asked.push(url ?? '');
    if (url !== 'registry.example:443') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const there = net.connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(socket);
      socket.pipe(there);
    });
    for (const end of [there, socket]) end.on('error', () => undefined);
  });
  await listening(proxy);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  proxy.close();
  await certificate.remove();
});

const ask = (options: https.RequestOptions): Promise<string> =>
  new Promise((resolve, reject) => {
    https
      .get(ADDRESS, options, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        reply.once('end', () => resolve(text));
      })
      .once('error', reject);
  });

it('the way through a proxy is a tunnel, in which the server has to prove who it is', async () => {
  const agent = agentFor(new URL(ADDRESS), proxyAt(portOf(proxy)));
  if (agent === undefined) throw new Error('There is no way through the proxy.');
  expect(await ask({agent, rejectUnauthorized: false})).toBe('GET /v2/');
  expect(asked).toEqual(['registry.example:443']);
  await expect(ask({agent})).rejects.toThrow(/self-signed|certificate/u);
  await expect(ask({agent, ca: certificate.cert})).rejects.toThrow(/registry\.example/u);
});

it('the way through a proxy says that the proxy refuses, or is not there', async () => {
  const signal = new AbortController().signal;
  const other = (port: number) =>
    fetchThrough(proxyAt(port), 'https://elsewhere.example/', {headers: {}, signal});
  await expect(other(portOf(proxy))).rejects.toThrow('The proxy answered 403');
  await expect(other(1)).rejects.toThrow('The proxy can’t be reached');
});

it('the way through a proxy is not gone for what is on this computer, nor without a proxy', () => {
  for (const url of ['https://localhost:5000/', 'https://127.0.0.1/', 'http://plain.example/'])
    expect(agentFor(new URL(url), 'http://proxy.example:3128')).toBeUndefined();
  expect(agentFor(new URL(ADDRESS), null)).toBeUndefined();
});
