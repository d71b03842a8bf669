import type {CauseWords} from '../failureFacts';
import type {RCause} from './rCause';

function column(name: string): CauseWords {
  return {
    title: `There is no column \`${name}\`.`,
    remedies: [
      'Compare the name with the header of the file that was read; names are case-sensitive.',
    ],
    subject: {kind: 'columns', names: [name]},
    search: [name],
  };
}

/** Known failures of work on tables, with R itself and with dplyr, the special ones first. */
export const R_TABLE_CAUSES: readonly RCause[] = [
  {
    rule: 'r-column',
    message:
      /^!? ?(?:Can't (?:subset|select|rename) columns that don't exist\.|Must group by variables found in `\.data`\.)\n(?:x|✖) Column `(.+?)` (?:doesn't exist|is not found)\.$/m,
    say: ([, name = '']) => column(name),
  },
  {
    rule: 'r-columns-undefined',
    message: /^undefined columns selected$/m,
    say: (_, {call}) => ({
      title: 'A column was asked for that the table does not have.',
      remedies: [
        'Compare the names with the header of the file that was read; names are case-sensitive.',
      ],
      subject: {
        kind: 'columns',
        names: [...call.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
      },
    }),
  },
  {
    rule: 'r-join-column',
    message:
      /^!? ?Join columns in `([xy])` must be present in the data\.\n(?:x|✖) Problem with `(.+?)`\.$/m,
    say: ([, side = '', name = '']) => ({
      ...column(name),
      title: `The ${side === 'x' ? 'first' : 'second'} table of the join has no column \`${name}\`.`,
    }),
  },
  {
    rule: 'r-join-types',
    message: /^!? ?Can't join `x\$(\S+)` with `y\$(\S+)` due to incompatible types\./m,
    say: ([, left = '']) => ({
      title: `\`${left}\` has another type in each of the two tables.`,
      remedies: [
        'Convert one of the two before the join, such as with `as.character()` or `as.integer()`, or read it with `col_types`.',
      ],
      search: [left],
    }),
  },
  {
    rule: 'r-object-in-data',
    message: /^Caused by error(?: in .*)?:\n! object '(.+?)' not found$/m,
    say: ([, name = '']) => ({
      ...column(name),
      title: `Neither the table nor the script has \`${name}\`.`,
    }),
  },
  {
    rule: 'r-recycle',
    message: /^! `(.+?)` must be size (\d+) or 1, not (\d+)\.$/m,
    say: ([, name = '', rows = '', values = '']) => ({
      title: `${values} values cannot become the column \`${name}\` of a table of ${rows} rows.`,
      remedies: [
        'Make as many values as there are rows, or one; in a grouped table the rows are those of the group.',
      ],
      search: [name],
    }),
  },
  {
    rule: 'r-rows',
    message: /^arguments imply differing number of rows: (.+)$/m,
    say: ([, counts = '']) => ({
      title: `Columns of different lengths cannot be one table: ${counts} rows.`,
      remedies: ['Give every column as many values; a filter may have made one shorter.'],
    }),
  },
  {
    rule: 'r-replacement',
    message: /^replacement has (\d+) rows?, data has (\d+)$/m,
    say: ([, values = '', rows = '']) => ({
      title: `${values} values cannot become a column of a table of ${rows} rows.`,
      remedies: [
        'Make as many values as there are rows; with 0 values the column they are taken from does not exist.',
      ],
    }),
  },
  {
    rule: 'r-contrasts',
    message: /^contrasts can be applied only to factors with 2 or more levels$/m,
    say: () => ({
      title: 'A category of the model has one value only.',
      remedies: [
        'In dummy data, or after a filter, groups may be empty: leave the variable out, or check `nlevels()` and `table()` first.',
      ],
    }),
  },
  {
    rule: 'r-date',
    message: /^character string is not in a standard unambiguous format$/m,
    say: () => ({
      title: 'A text was to become a date and is not written as one.',
      remedies: ['Give the format: `as.Date(x, format = "%d/%m/%Y")`.'],
    }),
  },
  {
    rule: 'r-rds',
    message: /^unknown input format$/m,
    when: ({call, calls}) => /^readRDS/.test(call) || /readRDS/.test(calls),
    say: (_, {call}) => ({
      title: 'The file is not one that `saveRDS()` wrote.',
      remedies: ['Read it by the way in which it was written, such as `read_csv()` or `load()`.'],
      search: [call],
    }),
  },
  {
    rule: 'r-empty-file',
    message: /^no lines available in input$/m,
    say: () => ({
      title: 'The file that was read is empty: it has no header.',
      remedies: ['Look at the action that makes it; it may have written nothing.'],
    }),
  },
];
