import {describe, expect, it} from 'vitest';
import {
  externalAddress,
  localAddress,
  mayFrame,
  mayNavigate,
  mayUse,
  outputPolicy,
  windowPolicy,
} from '../../../electron/app/security';

const directives = (policy: string): ReadonlyMap<string, string> =>
  new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );

describe('the policy of the window', () => {
  const policy = directives(windowPolicy('abc'));

  it('lets in our own scripts only', () => {
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  it('lets in style sheets with the nonce, and pictures from memory', () => {
    expect(policy.get('style-src')).toBe("'self' 'nonce-abc'");
    expect(policy.get('img-src')).toBe("'self' blob:");
  });

  it('frames outputs only, and can be framed by nothing', () => {
    expect(policy.get('frame-src')).toBe('study-output:');
    expect(policy.get('frame-ancestors')).toBe("'none'");
  });
});

describe('the policy of HTML outputs', () => {
  const policy = directives(outputPolicy(false));

  it('shuts them in: no scripts, no network, no forms', () => {
    expect(policy.get('sandbox')).toBe('');
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.has('script-src')).toBe(false);
    expect(policy.has('connect-src')).toBe(false);
    expect(policy.get('form-action')).toBe("'none'");
    expect([...policy.values()].join(' ')).not.toMatch(/https?:|\*/);
  });

  it('with scripts lets them run in an origin that is nobody’s, and still no network', () => {
    const scripted = directives(outputPolicy(true));
    expect(scripted.get('sandbox')).toBe('allow-scripts');
    expect(scripted.get('script-src')).toBe("'unsafe-inline' 'unsafe-eval' data: blob:");
    for (const [name, value] of policy)
      if (!['sandbox', 'img-src'].includes(name)) expect(scripted.get(name), name).toBe(value);
    expect([...scripted.values()].join(' ')).not.toMatch(
      /https?:|\*|allow-same-origin|allow-popups/,
    );
  });
});

describe('navigation', () => {
  it.each(['app://study-desk/', 'app://study-desk/index.html'])('may lead to %s', (url) => {
    expect(mayNavigate(url)).toBe(true);
  });

  it.each([
    'https://www.opensafely.org/',
    'file:///etc/passwd',
    'app://study-desk.evil/',
    'app://evil/index.html',
    'study-output://0123/report.html',
    'javascript:alert(1)',
    'about:blank',
  ])('may not lead to %s', (url) => expect(mayNavigate(url)).toBe(false));
});

it('frames show outputs and nothing else', () => {
  expect(mayFrame('study-output://0123/output/report.html')).toBe(true);
  for (const url of [
    'https://example.org/',
    'app://study-desk/',
    'about:blank',
    'data:text/html,x',
  ]) {
    expect(mayFrame(url)).toBe(false);
  }
});

describe('links', () => {
  it('to known https pages open in the browser', () => {
    expect(externalAddress('https://docs.opensafely.org/ehrql/')).toBe(
      'https://docs.opensafely.org/ehrql/',
    );
  });

  it.each([
    'http://docs.opensafely.org/',
    'https://docs.opensafely.org.evil.example/',
    'https://evil.example/?https://docs.opensafely.org',
    'https://docs.opensafely.org@evil.example/',
    'https://user:secret@docs.opensafely.org/',
    'https://docs.opensafely.org:8443/',
    'file:///etc/passwd',
    'smb://docs.opensafely.org/share',
    'javascript:alert(1)',
    'not an address',
  ])('to anything else do not: %s', (url) => expect(externalAddress(url)).toBeNull());
});

it('permissions are none but the clipboard, for our own pages', () => {
  expect(mayUse('clipboard-sanitized-write', 'app://study-desk/')).toBe(true);
  expect(mayUse('clipboard-sanitized-write', 'study-output://01/')).toBe(false);
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'hid']) {
    expect(mayUse(permission, 'app://study-desk/')).toBe(false);
  }
});

describe('an address of this computer', () => {
  it('is opened by number and port', () => {
    expect(localAddress('http://127.0.0.1:8888/a')).toBe('http://127.0.0.1:8888/a');
  });

  it.each([
    'http://127.0.0.1/',
    'http://localhost:8888/',
    'http://127.0.0.1.example.org:8888/',
    'http://me:word@127.0.0.1:8888/',
    'https://127.0.0.1:8888/',
    'file:///etc/passwd',
    'anything',
  ])('is not %s', (url) => expect(localAddress(url)).toBeNull());
});
