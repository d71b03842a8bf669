import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {folderOfLink} from '../../../electron/app/deskLink';
import {openLastStart} from '../../../electron/app/lastStart';

const place = {width: 1200, height: 800, x: 10, y: 20, maximised: false};
const windowOn = (dir: string) => ({dir, place});

describe('what the last start has left', () => {
  const file = async () => join(await mkdtemp(join(tmpdir(), 'last-')), 'last-start.json');

  it('is nothing at the first', async () => {
    const {updatedFrom, windows} = openLastStart(await file(), '1.0.0');
    expect({updatedFrom, windows}).toEqual({updatedFrom: null, windows: []});
  });

  it('is the windows that were open together, each where it stood; one alone is not opened unasked', async () => {
    const path = await file();
    await openLastStart(path, '1.0.0').keep([windowOn('/s/a'), windowOn('/s/b')]);
    expect(openLastStart(path, '1.0.0').windows).toEqual([windowOn('/s/a'), windowOn('/s/b')]);
    await openLastStart(path, '1.0.0').keep([windowOn('/s/a')]);
    expect(openLastStart(path, '1.0.0').windows).toEqual([]);
  });

  it('says once that there was an update, and loses no window over it', async () => {
    const path = await file();
    await openLastStart(path, '1.0.0').keep([windowOn('/s/a'), windowOn('/s/b')]);
    const updated = openLastStart(path, '1.1.0');
    expect(updated.updatedFrom).toBe('1.0.0');
    expect(updated.windows).toHaveLength(2);
    await expect.poll(() => openLastStart(path, '1.1.0').updatedFrom).toBeNull();
    expect(openLastStart(path, '1.1.0').windows).toHaveLength(2);
  });
});

describe('a link to a study', () => {
  it.runIf(process.platform !== 'win32')('names its folder by the whole path', () => {
    const found = folderOfLink(`study-desk://open?dir=${encodeURIComponent('/s/a b & c')}`);
    expect(found).toEqual({ok: true, value: '/s/a b & c'});
  });

  it.each([
    ['study-desk://open', 'It names no folder, or more than that.'],
    ['study-desk://open?dir=', 'It names no folder, or more than that.'],
    ['study-desk://open?dir=/a&dir=/b', 'It names no folder, or more than that.'],
    ['study-desk://open?dir=/a&run=all', 'It names no folder, or more than that.'],
    ['study-desk://run?dir=/a', 'It asks for something that Study Desk does not do.'],
    ['study-desk://open/other?dir=/a', 'It asks for something that Study Desk does not do.'],
    ['study-desk://open?dir=/a#b', 'It asks for something that Study Desk does not do.'],
    ['study-desk://open?dir=//server/share', 'It names a folder of another computer.'],
    ['study-desk://open?dir=%5C%5Cserver%5Cshare', 'It names a folder of another computer.'],
    ['study-desk://open?dir=asthma', 'It does not name a folder by its whole path.'],
    ['study-desk://open?dir=/a/../etc', 'It does not name a folder by its whole path.'],
    ['study-desk://open?dir=/a%0Ab', 'It does not name a folder by its whole path.'],
    ['study-desk:', 'It asks for something that Study Desk does not do.'],
    ['https://open?dir=/a', 'It is no link of Study Desk.'],
    ['study-desk', 'It is no link of Study Desk.'],
  ])('%s is refused', (link, why) => {
    expect(folderOfLink(link)).toMatchObject({ok: false, error: {why}});
  });
});
