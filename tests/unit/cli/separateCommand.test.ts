import {expect, it} from 'vitest';
import {separateCommand} from '../../../electron/cli/toolCommands';

it.each([
  ['exec r:v2 Rscript -e x', 'exec r:v2 -- Rscript -e x'],
  ['exec -e A=1 -m 1G r:v2 ls -la', 'exec -e A=1 -m 1G r:v2 -- ls -la'],
  ['--project-dir exec exec --verbose r:v2', '--project-dir exec exec --verbose r:v2 --'],
  ['exec r:v2 -- ls', 'exec r:v2 -- -- ls'],
  ['exec -- r:v2 ls', 'exec -- r:v2 ls'],
  ['run exec -f', 'run exec -f'],
  ['exec --help', 'exec --help'],
])('sets apart what is the command’s own: %s', (typed, separate) => {
  expect(separateCommand(typed.split(' ')).join(' ')).toBe(separate);
});
