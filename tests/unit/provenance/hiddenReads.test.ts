import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import * as z from 'zod';
import {scanScripts} from '../../../electron/provenance/scan/scanScripts';

const {files, cases} = z
  .object({
    files: z.array(z.string()),
    cases: z.array(
      z.object({
        image: z.string(),
        path: z.string(),
        source: z.string(),
        reads: z.array(z.string()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, '../../fixtures/scan/hiddenReads.json'), 'utf8')));

describe('files that scripts read without naming them plainly', () => {
  it.each(cases.map((each) => [each.source, each] as const))(
    'misses nothing in %s',
    (_, {image, path, source, reads}) => {
      const scan = scanScripts([image, path], [path, ...files], (asked) =>
        asked === path ? source : '',
      );
      const missed = scan.certain ? reads.filter((read) => !scan.paths.includes(read)) : [];
      expect(missed).toEqual([]);
    },
  );

  it('takes the whole folder for no more than a quarter of them', () => {
    const whole = cases.filter(
      ({image, path, source}) =>
        !scanScripts([image, path], [path, ...files], (asked) => (asked === path ? source : ''))
          .certain,
    );
    expect(whole.length).toBeLessThanOrEqual(cases.length / 4);
  });
});
