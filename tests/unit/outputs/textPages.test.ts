import {writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {linesBefore, PAGE_BYTES, readTextPage} from '../../../electron/outputs/textPages';
import {folderOfFile} from '../../temporary';

const folder = folderOfFile();

async function pagesOf(content: string | Uint8Array, gunzip = false) {
  const path = join(folder, 'text');
  writeFileSync(path, gunzip ? gzipSync(content) : content);
  const file = await open(path, 'r');
  try {
    const text = {file, size: (await file.stat()).size, gunzip};
    const pages: string[] = [];
    const before: (number | null)[] = [];
    for (let at = 0; ; at += 1) {
      const page = await readTextPage(text, at);
      if (page === null) return {pages: null, before};
      pages.push(page.text);
      before.push(await linesBefore(text, at));
      if (page.isLast) return {pages, before, told: page.pages};
    }
  } finally {
    await file.close();
  }
}

/** Lines of all lengths, about three pages of them. */
const lines = Array.from({length: 40_000}, (_, at) => `${at} ${'é'.repeat((at * 7919) % 60)}`);
const whole = `${lines.join('\n')}\n`;

describe('a long text', () => {
  it.each([
    ['plain', Buffer.from(whole), false],
    ['compressed', Buffer.from(whole), true],
    ['in UTF-16, little end first', Buffer.from(`\ufeff${whole}`, 'utf16le'), false],
    ['in UTF-16, big end first', Buffer.from(`\ufeff${whole}`, 'utf16le').swap16(), false],
    ['in Windows-1252', Buffer.from(whole.repeat(2), 'latin1'), false],
  ])(
    '%s, is whole in its pages, each of which begins with a line',
    async (_what, bytes, gunzip) => {
      const {pages, before, told} = await pagesOf(bytes, gunzip);
      if (pages === null) throw new Error('no text');
      expect(pages.length).toBeGreaterThan(1);
      const expected =
        bytes.length === Buffer.from(whole.repeat(2), 'latin1').length ? whole.repeat(2) : whole;
      expect(pages.join('').replace('\ufeff', '') === expected).toBe(true);
      for (const page of pages.slice(0, -1)) expect(page.endsWith('\n')).toBe(true);
      const counted = pages.map((_, at) => pages.slice(0, at).join('').split('\n').length - 1);
      expect(before).toEqual(counted);
      expect(told).toBe(gunzip ? null : pages.length);
    },
  );

  it('of one line that is longer than a page is cut between two letters', async () => {
    const line = 'é'.repeat(PAGE_BYTES + 1);
    const {pages} = await pagesOf(`x${line}`);
    expect(pages?.join('')).toBe(`x${line}`);
    expect(pages?.length).toBeGreaterThan(1);
  });

  it('that ends with a page has no empty one behind it', async () => {
    const line = `${'x'.repeat(PAGE_BYTES / 4 - 1)}\n`;
    const {pages, told} = await pagesOf(line.repeat(8));
    expect(pages?.map(({length}) => length)).toEqual([PAGE_BYTES, PAGE_BYTES]);
    expect(told).toBe(2);
  });

  it('is none where it is binary', async () => {
    expect((await pagesOf(Buffer.from([1, 0, 2]))).pages).toBeNull();
  });
});
