import {expect, it} from 'vitest';
import {actionLogFile, actionLogTrailer} from '../../../electron/logs/actionLog';
import {someJob} from '../runs/someJob';

it.each([
  ...[
    ['generate_dataset', 'metadata/generate_dataset.log'],
    ['a/b', 'metadata/a/b.log'],
  ],
  ...[
    ['with space', 'metadata/with space.log'],
    ['../x', 'metadata/%../x.log'],
  ],
  ...[
    ['/x', 'metadata/%/x.log'],
    ['a:b', 'metadata/%a%3Ab.log'],
  ],
  ...[['study-desk/lock', 'metadata/%study-desk/lock.log']],
])('%s logs to %s', (action, path) => expect(actionLogFile(action)).toBe(path));

it('ends with the facts of the log, empty ones left out, and the outputs', () => {
  const trailer = actionLogTrailer(
    someJob('a', {
      exitCode: 0,
      imageId: 'sha256:1',
      statusCode: 'succeeded',
      message: 'Completed\nsuccessfully',
      completedAt: '2026-04-01T10:00:01.900Z',
      outputs: [
        {path: 'output/a.csv', tier: 'highly_sensitive', size: 1, sha256: ''},
        {path: 'output/longer.csv', tier: 'moderately_sensitive', size: 1, sha256: ''},
      ],
      excluded: [{path: 'output/longer.csv', reason: 'it has a patient_id column'}],
    }),
    'abc',
  );
  expect(trailer.split('\n')).toEqual([
    ...['', '', 'job_definition_id: id-a', 'job_definition_request_id: run', 'commit: abc'],
    ...['docker_image_id: sha256:1', 'exit_code: 0', 'created_at: 1775037600'],
    ...['completed_at: 1775037601', 'database_name: dummy'],
    ...['status_message: Completed successfully', '', 'outputs:'],
    ...['  output/a.csv       - highly_sensitive', '  output/longer.csv  - moderately_sensitive'],
    ...['', 'moderately sensitive outputs that would be kept back:'],
    ...['  output/longer.csv  - it has a patient_id column', ''],
  ]);
});

it('always has an exit code, and says when there are no outputs', () => {
  const trailer = actionLogTrailer(someJob('a'), null);
  expect(trailer).toContain('exit_code: None\n');
  expect(trailer).toContain('outputs:\n  (no outputs)\n');
  expect(trailer).not.toContain('commit:');
});

it('lists what a job wrote in place of what its patterns name, a line each', () => {
  const trailer = actionLogTrailer(
    someJob('a', {
      statusCode: 'unmatched_patterns',
      unmatchedPatterns: ['output/a.csv'],
      unmatchedFiles: ['output/b.csv', 'output/line\nbreak.csv'],
    }),
    null,
  );
  expect(trailer.slice(trailer.indexOf('outputs:')).split('\n')).toEqual([
    ...['outputs:', '  (no outputs)', '', 'patterns that no file matches:', '  output/a.csv', ''],
    ...['files that no pattern matches:', '  output/b.csv', '  output/line break.csv', ''],
  ]);
});
