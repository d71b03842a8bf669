import {describe, expect, it} from 'vitest';
import {pageFault, recentEnds, stoppedPage, type PageEnd} from '../../../electron/app/stoppedPage';

const end = (seconds: number): PageEnd => ({at: seconds * 1000, reason: 'oom', exitCode: 5});

describe('a page that ends again and again', () => {
  it('is loaded again after two ends, and not after a third within 30 s', () => {
    expect(pageFault([end(0), end(1)])).toBeNull();
    expect(pageFault([end(0), end(15), end(29)])).toMatchObject({
      message: 'The window stopped working 3 times within 30 seconds.',
      why: 'The window’s process ran out of memory.',
      detail:
        '1970-01-01T00:00:00.000Z oom 5\n1970-01-01T00:00:15.000Z oom 5\n1970-01-01T00:00:29.000Z oom 5',
    });
  });

  it('forgets what is 30 s ago', () => {
    expect(recentEnds([end(0), end(15), end(31)])).toEqual([end(15), end(31)]);
  });
});

it('the page of words shows the report as text, whatever it holds', () => {
  const fault = {kind: 'bug', message: 'Ended.'} as const;
  const page = stoppedPage(fault, '<script>alert(1)</script> & <b>', null, 'abc');
  expect(page).toContain('&lt;script>alert(1)&lt;/script> &amp; &lt;b>');
  expect(page).not.toContain('<script');
});
