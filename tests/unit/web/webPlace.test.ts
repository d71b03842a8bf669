import {describe, expect, it} from 'vitest';
import {addressesOf, isAllowed, webPlace, type WebOptions} from '../../../electron/web/webPlace';

const judged = (options: Partial<WebOptions>) =>
  webPlace({trustedOrigin: [], behindProxy: false, ...options});

describe('where the window may be served', () => {
  it.each<[Partial<WebOptions>, string]>([
    [{host: '0.0.0.0'}, 'without encryption'],
    [{host: '192.0.2.1'}, 'without encryption'],
    [{host: '::'}, 'without encryption'],
    [{host: '[2001:db8::1]'}, 'without encryption'],
    [{host: '128.0.0.1'}, 'without encryption'],
    [{host: '127.0.0.1.example.org'}, 'without encryption'],
    [{host: '0.0.0.0', trustedOrigin: ['https://desk.example']}, 'without encryption'],
    [{host: '0.0.0.0', behindProxy: true}, 'needs the origin'],
    [{host: '0.0.0.0', tlsCert: 'c', tlsKey: 'k'}, 'stands for every address'],
    [{behindProxy: true}, 'needs the origin'],
    [{tlsCert: 'c'}, 'both a certificate and its key'],
    [{tlsKey: 'k'}, 'both a certificate and its key'],
    [{trustedOrigin: ['https://desk.example/path']}, 'is no origin'],
    [{trustedOrigin: ['https://me:x@desk.example']}, 'is no origin'],
    [{trustedOrigin: ['*']}, 'is no origin'],
    [{trustedOrigin: ['null']}, 'is no origin'],
    [{allowFrame: '*'}, 'is no origin'],
    [{allowFrame: "https://a.example; script-src 'unsafe-inline'"}, 'is no origin'],
    [{basePath: 'x'}, 'can’t be a base path'],
    [{basePath: '/x'}, 'can’t be a base path'],
    [{basePath: '/../'}, 'can’t be a base path'],
    [{basePath: '//x/'}, 'can’t be a base path'],
    [{socket: '/tmp/x', port: 1}, 'in place of'],
    [{socket: '/tmp/x', host: '127.0.0.1'}, 'in place of'],
    [{socket: '/tmp/x', tlsCert: 'c', tlsKey: 'k'}, 'without TLS'],
  ])('refuses %j', (options, words) => {
    const place = judged(options);
    expect(place.ok ? 'let in' : place.error.message).toContain(words);
    expect(place).toMatchObject({error: {kind: 'invalid-request'}});
  });

  it.each<[Partial<WebOptions>, string]>([
    [{}, 'http://127.0.0.1:4000/'],
    [{host: '::1'}, 'http://[::1]:4000/'],
    [{host: '127.0.0.2', basePath: '/x/y/'}, 'http://127.0.0.2:4000/x/y/'],
    [{host: '192.0.2.1', tlsCert: 'c', tlsKey: 'k'}, 'https://192.0.2.1:4000/'],
    [
      {host: '0.0.0.0', behindProxy: true, trustedOrigin: ['https://desk.example:443/']},
      'https://desk.example/',
    ],
    [{socket: '/tmp/x'}, 'http://localhost/'],
    [{socket: '/tmp/x', trustedOrigin: ['http://127.0.0.1:4001']}, 'http://127.0.0.1:4001/'],
  ])('serves %j at %s', (options, address) => {
    const place = judged(options);
    const port = options.socket === undefined ? 4000 : null;
    expect(place.ok && addressesOf(place.value, port, {}).page).toBe(address);
  });
});

describe('who may come from where', () => {
  const place = judged({trustedOrigin: ['https://desk.example']});
  if (!place.ok) throw new Error(place.error.message);
  const addresses = addressesOf(place.value, 80, {});
  const allows = (host: string, origin?: string, needs = true) =>
    isAllowed(addresses, {host, origin}, needs);

  it('usual ports are left out on either side', () => {
    for (const host of ['127.0.0.1', '127.0.0.1:80', 'desk.example', 'DESK.example:443'])
      expect(allows(host, 'http://127.0.0.1'), host).toBe(true);
    for (const origin of ['http://127.0.0.1:80', 'https://desk.example:443'])
      expect(allows('127.0.0.1', origin), origin).toBe(true);
  });

  it('whatever is not exactly one of them is refused', () => {
    const hosts = [
      '',
      'localhost',
      '127.0.0.1:443',
      '127.0.0.1:81',
      'desk.example:80',
      'x.desk.example',
      'desk.example.',
      '127.1',
    ];
    for (const host of hosts) expect(allows(host, 'http://127.0.0.1'), host).toBe(false);
    const origins = [
      'null',
      '',
      'https://127.0.0.1',
      'http://127.0.0.1:81',
      'http://127.0.0.1/',
      'http://desk.example',
      'https://desk.example.evil',
      'https://desk.example@evil',
    ];
    for (const origin of origins) expect(allows('127.0.0.1', origin), origin).toBe(false);
    expect(allows('127.0.0.1')).toBe(false);
    expect(allows('127.0.0.1', undefined, false)).toBe(true);
  });

  it('what Codespaces says of itself is believed only where it can be an address', () => {
    const told = (name: string, domain: string) =>
      addressesOf(place.value, 4000, {
        CODESPACE_NAME: name,
        GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain,
      }).page;
    expect(told('fuzzy', 'app.github.dev')).toBe('https://fuzzy-4000.app.github.dev/');
    for (const [name, domain] of [
      ['fuzzy', ''],
      ['a.b', 'app.github.dev'],
      ['x', 'evil/app.dev'],
    ] as const)
      expect(told(name, domain)).toBe('http://127.0.0.1:4000/');
  });
});
