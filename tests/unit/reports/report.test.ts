import {copyFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {draftText} from '../../../shared/releaseText';
import {valueOf, withStudyOf} from './studyWith';

/** Stands in names and in values of highly sensitive files, and nowhere else. */
const SECRET = 'zanzibar';
const VALUE = '7391846205';

const YAML = `version: 5
actions:
  extract:
    run: python:v2 python analysis/extract.py --output output/${SECRET}_rows.csv --seed 1
    outputs:
      highly_sensitive:
        ${SECRET}_label: output/${SECRET}_rows.csv
        more: output/${SECRET}-*.feather
  count:
    run: python:v2 python analysis/count.py
    needs: [extract]
    outputs:
      moderately_sensitive:
        table: output/table.csv
        link: output/link.csv
        copy: output/copy.csv
        rows: output/rows.csv
        page: output/page.html
        notes: output/notes.txt
        picture: output/picture.svg
        bitmap: output/bitmap.png
`;

const files = {
  'project.yaml': YAML,
  'analysis/extract.py': `open("output/${SECRET}_rows.csv")\n`,
  'analysis/count.py': `read("output/${SECRET}_rows.csv")  # redacted below\nn = round_to(n, 5) # ${SECRET}_rows.csv\n`,
  [`output/${SECRET}_rows.csv`]: `patient_id,name\n1,${VALUE}\n`,
  [`output/${SECRET}-2.feather`]: VALUE,
  'output/table.csv': 'region,n\nEast,10\nWest,100\n<script>alert(1)</script>,25\n',
  // what code may write by mistake
  'output/rows.csv': `patient_id,x\n${VALUE},1\n`,
  'output/notes.txt': `Read output/${SECRET}_rows.csv and ${SECRET}-2.feather.\nn = 250\n`,
  'output/page.html': `<p title="${SECRET}_rows.csv">made from /workspace/output/${SECRET}_rows.csv</p><script src="https://example.org/x.js"></script>`,
  'output/picture.svg': `<svg xmlns="http://www.w3.org/2000/svg"><text>${SECRET}_rows.csv</text></svg>`,
  'output/bitmap.png': `\u0089PNG output/${SECRET}_rows.csv`,
};

/** Everything that can be read in a page, also in its pictures. */
function allTextOf(page: string): string {
  const decoded = [...page.matchAll(/base64,([A-Za-z0-9+/=]+)/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('latin1'),
  );
  return [page, ...decoded, decodeURIComponent(page.replace(/%(?![0-9a-f]{2})/gi, '%25'))].join(
    '\n',
  );
}

it('what leaves Study Desk holds no highly sensitive name and no highly sensitive value', async () => {
  const {report, draft} = await withStudyOf(files, async (study) => {
    copyFileSync(join(study.dir, `output/${SECRET}_rows.csv`), join(study.dir, 'output/copy.csv'));
    symlinkSync(`${SECRET}_rows.csv`, join(study.dir, 'output/link.csv'));
    await valueOf(
      study.release.waive({
        ...{path: 'output/table.csv', rule: 'wide-table', column: null, row: null},
        reason: `as in ${SECRET}_rows.csv`,
      }),
    );
    return {
      report: await valueOf(study.release.report()),
      draft: await valueOf(study.release.draft()),
    };
  });
  const written = [
    allTextOf(report.page),
    draftText(draft),
    JSON.stringify([draft, report.leftOut]),
  ];
  for (const text of written) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(VALUE);
    expect(text).not.toMatch(/safe to release/i);
  }
  // not for want of anything to show
  expect(report.page).toContain('<td class="number">100</td>');
  expect(report.page).toContain('[highly sensitive file]');
  expect(report.leftOut.map(({path}) => path)).toEqual([
    'output/bitmap.png',
    'output/copy.csv',
    'output/rows.csv',
  ]);
  expect(draft.groups).toHaveLength(1);
  expect(draft.groups[0]?.controls).toContain('analysis/count.py, line 2: `n = round_to(n, 5)');
  expect(draft.groups[0]?.controls).toContain('Every count is a multiple of 5 in: `n`.');
});

it('what leaves Study Desk asks nothing of a network and runs no script', async () => {
  const {page} = await withStudyOf(files, (study) => valueOf(study.release.report()));
  expect(page).toContain(`content="default-src 'none';`);
  expect(page).not.toMatch(/<script/i);
  const outsideFrames = page.replace(/srcdoc="[^"]*"/g, '');
  expect(outsideFrames).not.toMatch(/(src|href)="(?!data:|#)/);
  expect(page).toMatch(/<iframe sandbox title/);
});

it('what leaves Study Desk says in a study without outputs that there are none', async () => {
  const {page} = await withStudyOf({'project.yaml': YAML}, (study) =>
    valueOf(study.release.report()),
  );
  expect(page).toContain('There are none yet.');
  expect(page).not.toContain(SECRET);
});
