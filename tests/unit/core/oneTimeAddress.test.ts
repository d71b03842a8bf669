import {expect, it} from 'vitest';
import {oneTimeAddress} from '../../../electron/core/tools/oneTimeAddress';

it('an address that leads to another one, once leads there, and then nowhere any more', async () => {
  const {address, followed} = await oneTimeAddress('http://127.0.0.1:1/lab?token=secret');
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/u);
  const guessed = await fetch(new URL('/guessed', address), {redirect: 'manual'});
  expect(guessed.status).toBe(404);
  const reply = await fetch(address, {redirect: 'manual'});
  expect(reply.headers.get('location')).toBe('http://127.0.0.1:1/lab?token=secret');
  expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await followed).toBe(true);
  await expect(fetch(address, {redirect: 'manual'})).rejects.toThrow();
});
