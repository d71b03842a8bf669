import {describe, expect, it} from 'vitest';
import {foldStudy} from '../../../renderer/groups/fold';
import {distinctNames} from '../../../renderer/groups/distinctNames';
import {textWidth} from '../../../renderer/ui/textWidth';
import {corpusStudies} from './corpusStudies';

/** Space for a name in pixels: of the list at its usual width, in a group, and of the table at 1280 pixels. */
const ROOMS = {list: 226, 'list in a group': 206, table: 320} as const;

describe('names told apart', () => {
  const corpus = corpusStudies();

  it.skipIf(corpus === null).each(Object.entries(ROOMS))(
    'no two of a real study read the same in the space of the %s',
    (_where, width) => {
      const alike: string[] = [];
      const wide: string[] = [];
      for (const {file, actions, graph} of corpus ?? []) {
        const {nodes} = foldStudy(actions, graph);
        const families = nodes.filter(({kind}) => kind === 'group').map(({members}) => members);
        const alone = nodes.filter(({kind}) => kind === 'action').flatMap(({members}) => members);
        const labels = distinctNames({families, alone}, width);
        expect(labels.size, file).toBe(actions.length);
        const seen = new Map<string, string>();
        for (const [name, label] of labels) {
          const other = seen.get(label);
          if (other !== undefined) alike.push(`${file}: ${name} and ${other} read ${label}`);
          seen.set(label, name);
          if (textWidth(label, 'row') > width) wide.push(`${file}: ${label}`);
        }
      }
      expect(alike).toEqual([]);
      expect(wide).toEqual([]);
    },
  );

  it('leaves out what all of a family share, and breaks between words only', () => {
    const family = ['analyse_older_adults_s1_primary', 'analyse_older_adults_s2_primary'];
    const labels = distinctNames(
      {families: [[...family, 'analyse_infants_s1_primary']], alone: []},
      200,
    );
    expect([...labels.values()]).toEqual(['older_adults_s1', 'older_adults_s2', 'infants_s1']);
    const [cut = ''] = distinctNames({families: [], alone: family}, 190).values();
    expect(cut.split('…').every((part) => `_${family[0] ?? ''}_`.includes(part))).toBe(true);
    expect(cut).not.toMatch(/dults|analys…/);
  });
});
