import {expect, it} from 'vitest';
import {scanScripts} from '../../../electron/provenance/scan/scanScripts';
import {fixture} from '../../fixture';

interface HiddenRead {
  readonly image: string;
  readonly path: string;
  readonly source: string;
  readonly reads: readonly string[];
}
const {files, cases} = fixture<{
  readonly files: readonly string[];
  readonly cases: readonly HiddenRead[];
}>('scan/hiddenReads.json');
const scan = ({image, path, source}: HiddenRead) =>
  scanScripts([image, path], [path, ...files], (asked) => (asked === path ? source : ''));

it.each(cases)('misses nothing of what is read without being named plainly in $source', (each) => {
  const {certain, paths} = scan(each);
  expect(certain ? each.reads.filter((read) => !paths.includes(read)) : []).toEqual([]);
});

it('takes the whole folder for no more than a quarter of them', () => {
  const whole = cases.filter((each) => !scan(each).certain);
  expect(whole.length).toBeLessThanOrEqual(cases.length / 4);
});
