import {describe, expect, it} from 'vitest';
import {cellName, nodeNames} from '../../../renderer/graph/nodeNames';
import {foldStudy, type FoldNode} from '../../../renderer/groups/fold';
import {
  fileNames,
  fitMember,
  fitName,
  nameInLines,
  needsTwoLines,
} from '../../../renderer/ui/names';
import {textWidth} from '../../../renderer/ui/textWidth';
import {everyNth} from '../../gateShare';
import {corpusStudies} from '../groups/corpusStudies';

/**
 * Space for a name in pixels, and most of the 6,797 names of real studies that read like another there: of the list in a
 * group and by itself, where rows may have two lines, and of the table at 1280 and 1440 pixels.
 */
const PLACES = [
  {width: 206, lines: 2, most: 25},
  {width: 226, lines: 2, most: 12},
  {width: 320, lines: 1, most: 110},
  {width: 400, lines: 1, most: 15},
] as const;

/** Whether a label is the text, or all of it but one stretch, with an ellipsis there. */
function isCutOf(label: string, text: string): boolean {
  if (label === text) return true;
  const [head = '', tail = '', ...more] = label.split('…');
  const long = head.length + tail.length < text.length;
  return more.length === 0 && tail !== '' && long && text.startsWith(head) && text.endsWith(tail);
}

/** What all of these begin and end with, as far as whole words go, by the plainest way to find it. */
function partOf(name: string, members: readonly string[]): string {
  const words = members.map((member) => member.split(/(?<=[_-])/));
  const least = Math.min(...words.map(({length}) => length));
  const alike = (at: (of: readonly string[]) => string | undefined) =>
    new Set(words.map((of) => at(of)?.replace(/[_-]+$/, ''))).size === 1;
  let head = 0;
  while (head < least - 1 && alike((of) => of[head])) head += 1;
  let tail = 0;
  while (head + tail < least - 1 && alike((of) => of.at(-1 - tail))) tail += 1;
  const own = name.split(/(?<=[_-])/);
  const part = own.slice(head, own.length - tail).join('');
  return tail > 0 ? part.replace(/[_-]$/, '') : part;
}

/** Whether some cut of a name fits and could be of none of the others. */
function canDiffer(name: string, others: readonly string[], width: number): boolean {
  for (let head = 0; head < name.length - 1; head += 1)
    for (let tail = 1; head + tail < name.length; tail += 1) {
      const [start, end] = [name.slice(0, head), name.slice(name.length - tail)];
      const isAlone = others.every(
        (other) => other === name || !other.startsWith(start) || !other.endsWith(end),
      );
      if (isAlone && textWidth(`${start}…${end}`, 'row') <= width) return true;
    }
  return false;
}

/** Faults of the labels that these names have in so many pixels, and how many read like another. */
function faultsOf(
  names: readonly string[],
  width: number,
  members?: readonly string[],
  most: 1 | 2 = 1,
) {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const widthOf = (text: string) => textWidth(text, 'row');
  const fits = (text: string) => widthOf(text) <= width;
  const fit = members === undefined ? fitName : fitMember;
  let alike = 0;
  for (const name of names) {
    const inTwo = most === 2 && needsTwoLines(name, members, fits);
    const lines = inTwo
      ? nameInLines(name, members ?? names, {widths: [width, width], behind: 0, widthOf}, fit)
      : [fit(name, members ?? names, fits)];
    const label = lines.join('');
    if (fits(name) && label !== name) faults.push(`${name} fits and reads ${label}`);
    if (!lines.every(fits) || lines.length > 2) faults.push(`${label} of ${name} is too wide`);
    const whole = members === undefined || isCutOf(label, name) ? name : partOf(name, members);
    if (!isCutOf(label, whole)) faults.push(`${label} is no cut of ${whole} of ${name}`);
    const other = seen.get(label);
    seen.set(label, name);
    if (other === undefined) continue;
    alike += 1;
    // of some of them, as each is looked at with all others
    if (most === 1 && alike % 40 === 1 && members === undefined && canDiffer(name, names, width))
      faults.push(`${name} and ${other} read ${label}`);
  }
  return {faults, alike};
}

describe('names', () => {
  const corpus = corpusStudies();
  if (corpus === null) console.warn('SKIPPED: ../shared/corpus is not beside the checkout.');
  const folded = new Map<string, readonly FoldNode[]>(
    (corpus ?? []).map(({file, actions, graph}) => [file, foldStudy(actions, graph).nodes]),
  );

  it.skipIf(corpus === null).each(everyNth(PLACES, 2))(
    'of real studies are whole or cut, and differ, in $width pixels and $lines lines',
    ({width, lines, most}) => {
      const found: string[] = [];
      let alike = 0;
      for (const nodes of folded.values()) {
        const top = faultsOf(
          nodes.map(({label}) => label),
          width,
          undefined,
          lines,
        );
        found.push(...top.faults);
        alike += top.alike;
        for (const {kind, members} of nodes) {
          if (kind === 'action') continue;
          const below = faultsOf(members, width, members, lines);
          found.push(...below.faults);
          alike += below.alike;
        }
      }
      expect(found).toEqual([]);
      // names of seventy letters that differ at both ends
      expect(alike).toBeLessThanOrEqual(most);
    },
  );

  it.skipIf(corpus === null)('of the nodes of real studies are so in two lines', () => {
    const found: string[] = [];
    for (const nodes of folded.values()) {
      const siblings = nodes.map(({label}) => label);
      for (const [id, {near}] of nodeNames(nodes, siblings)) {
        const {label = ''} = nodes.find((node) => node.id === id) ?? {};
        if (!isCutOf(near.join(''), label)) found.push(`${near.join('')} of ${label}`);
        if (near.length > 2) found.push(`${label} has ${near.length} lines`);
      }
    }
    expect(found).toEqual([]);
  });

  it('of any letters are whole or cut, and differ where a cut can', () => {
    let state = 7;
    const random = (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const words = ['flu', 'rsv', 'model', 's1', 's2', 'adults', 'very-long-word', 'é', 'x.csv', ''];
    for (let round = 0; round < 300; round += 1) {
      const names = new Set(
        Array.from({length: 1 + random(12)}, () =>
          Array.from({length: 1 + random(7)}, () => words[random(words.length)]).join('_'),
        ),
      );
      for (const width of [60, 120, 220]) {
        expect(faultsOf([...names], width).faults).toEqual([]);
      }
    }
  });

  const atMost = (letters: number) => (text: string) => text.length <= letters;

  it('are cut in front or in the middle, between their words, where what differs stays', () => {
    const names = ['analyse_older_adults_s1_primary', 'analyse_older_adults_s2_primary'];
    expect(names.map((name) => fitName(name, names, atMost(25)))).toEqual([
      ...['analyse…adults_s1_primary', 'analyse…adults_s2_primary'],
    ]);
    expect(fitName(names[0] ?? '', names, atMost(22))).toBe('analyse…s1_primary');
    expect(fitName('potential', [], atMost(6))).toBe('po…ial');
  });

  it('are measured less often than there are ways to cut them, and twice to find their lines', () => {
    const names = Array.from(
      {length: 300},
      (_, at) => `fit_a_model_of_one_outcome_in_some_of_the_older_adults_${at}_with_all_of_it_else`,
    );
    let measured = 0;
    const fits = (text: string) => {
      measured += 1;
      return text.length <= 60;
    };
    names.forEach((name) => fitName(name, names, fits));
    expect(measured / names.length).toBeLessThan(60);
    measured = 0;
    names.forEach((name) => needsTwoLines(name, names, fits));
    expect(measured / names.length).toBe(2);
  });

  it('below a heading show what its star stands for, where they do not fit', () => {
    const names = ['fit_model_s1_flu_x', 'fit_model_s2_flu_x', 'fit_model_s2_rsv_x'];
    expect(names.map((name) => fitMember(name, names, atMost(10)))).toEqual([
      ...['s1_flu', 's2_flu', 's2_rsv'],
    ]);
    expect(fitMember(names[0] ?? '', names, atMost(18))).toBe(names[0]);
    expect(cellName('model_1', ['model_1', 'model_2'])).toBe('model_1');
    const bare = ['flu', 'flu_models_s1', 'flu_models_s2'];
    expect(fitMember('flu_models_s1', bare, atMost(9))).toBe('flu…s1');
  });

  it('of files keep their endings, and their folders where two have the same name', () => {
    const paths = ['output/a/table.csv.gz', 'output/b/table.csv.gz', 'output/cohort_gzip.parquet'];
    const names = fileNames(paths);
    expect(names).toEqual([paths[0], paths[1], 'cohort_gzip.parquet']);
    expect(names.map((name) => fitName(name, names, atMost(16)))).toEqual([
      ...['…a/table.csv.gz', '…b/table.csv.gz', '…gzip.parquet'],
    ]);
  });

  it('break behind their signs, with space for what is behind them', () => {
    const linesOf = (name: string, behind = 0) =>
      nameInLines(name, [], {widths: [9, 11], behind, widthOf: ({length}) => length});
    expect(linesOf('table1')).toEqual(['table1']);
    expect(linesOf('check_patients')).toEqual(['check_', 'patients']);
    expect(linesOf('cox-ipw_main.R')).toEqual(['cox-ipw_', 'main.R']);
    expect(linesOf('flu_model', 5)).toEqual(['flu_', 'model']);
    expect(linesOf('infections', 5)).toHaveLength(2);
    expect(linesOf('a_name_of_far_too_many_words').join('')).toBe('…far_too_many_words');
  });
});
