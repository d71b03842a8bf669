import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {listOutputs} from '../../../electron/core/outputs/outputsListing';
import {createRunHistory} from '../../../electron/runs/runHistory';
import {readProject} from '../../../electron/study/readProject';
import {someJob} from '../runs/someJob';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();

const {project} = readProject(`version: '4.0'
actions:
  made:
    run: python:v2 python made.py
    outputs:
      highly_sensitive:
        all: output/*.csv
  copied:
    run: python:v2 python copied.py
    outputs:
      highly_sensitive:
        part: output/part_*.csv
      moderately_sensitive:
        table: output/tables/*.csv
        none: output/none.csv
`);

it('lists what lies where nothing was made here, and says that its run is not known', async () => {
  mkdirSync(join(dir, 'output/tables'), {recursive: true});
  for (const path of ['part_1.csv', 'by_hand.csv', 'tables/a.csv'])
    writeFileSync(join(dir, 'output', path), 'a\n1\n');
  symlinkSync(join(dir, 'output/by_hand.csv'), join(dir, 'output/tables/link.csv'));
  const when = new Date('2026-01-02T03:04:05Z');
  utimesSync(join(dir, 'output/tables/a.csv'), when, when);
  const history = createRunHistory();
  const made = {tier: 'highly_sensitive', size: 4, sha256: 'abc'} as const;
  history.note(
    someJob('made', {
      state: 'succeeded',
      statusCode: 'succeeded',
      completedAt: '2026-02-02T00:00:00Z',
      outputs: [{path: 'output/part_1.csv', ...made}],
    }),
  );
  const {outputs, patterns, orphans} = await listOutputs(dir, project, history);
  expect(outputs.map(({path, action, sha256}) => [path, action, sha256])).toEqual([
    ['output/part_1.csv', 'made', 'abc'],
    ['output/tables/a.csv', 'copied', ''],
  ]);
  expect(outputs[1]).toEqual({
    path: 'output/tables/a.csv',
    tier: 'moderately_sensitive',
    action: 'copied',
    size: 4,
    sha256: '',
    runId: null,
    excludedReason: null,
    producedAt: '2026-01-02T03:04:05.000Z',
    present: true,
  });
  expect(patterns.map(({pattern, files}) => [pattern, files])).toEqual([
    ['output/*.csv', ['output/part_1.csv']],
    ['output/part_*.csv', []],
    ['output/tables/*.csv', ['output/tables/a.csv']],
    ['output/none.csv', []],
  ]);
  expect(orphans).toEqual([]);
});
