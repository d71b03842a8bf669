import {describe, expect, it} from 'vitest';
import type {HostApi} from '../../../shared/contract/contract';
import {ok} from '../../../shared/result';
import {findInLog, type LogMatches} from '../../../renderer/log/findInLog';

function hostWith(texts: readonly string[]): Pick<HostApi, 'request'> {
  // a stand-in for this one request
  const request = async (_name: string, arg: {fromSeq: number; limit: number}) =>
    ok({
      jobId: 'j',
      firstSeq: arg.fromSeq,
      lines: texts
        .slice(arg.fromSeq, arg.fromSeq + arg.limit)
        .map((text) => ({time: '', stream: 'stdout', text})),
      totalLines: texts.length,
      complete: true,
    });
  return {request: request as unknown as HostApi['request']};
}

async function find(texts: readonly string[], text: string): Promise<readonly LogMatches[]> {
  const seen: LogMatches[] = [];
  const host = hostWith(texts) as HostApi;
  await findInLog(host, 'j', text, (matches) => seen.push(matches), new AbortController().signal);
  return seen;
}

describe('finding in a log', () => {
  it('searches the whole log, not only what is on screen, and ignores case and colours', async () => {
    const texts = Array.from({length: 12_000}, (_, at) =>
      at % 4000 === 7 ? '\u001b[31mErr\u001b[0mor' : 'x',
    );
    const seen = await find(texts, 'ERROR');
    expect(seen.at(-1)).toEqual({lines: [7, 4007, 8007], searched: 12_000, complete: true});
    expect(seen.length).toBeGreaterThan(1);
  });

  it('says when there is nothing, and ends on an empty log', async () => {
    expect((await find([], 'x')).at(-1)).toEqual({lines: [], searched: 0, complete: true});
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const seen: LogMatches[] = [];
    await findInLog(hostWith(['x']) as HostApi, 'j', 'x', (found) => seen.push(found), stop.signal);
    expect(seen).toEqual([]);
  });
});
