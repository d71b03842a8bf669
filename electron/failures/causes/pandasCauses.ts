import type {CauseWords} from '../failureFacts';
import {namesIn} from './messageWords';
import type {PythonCause} from './pythonCause';
import type {PythonEnding} from './pythonEnding';

/** The exception came out of pandas. */
export const usesPandas = ({traceback}: PythonEnding): boolean =>
  traceback.some((line) => /\/pandas\/|pandas\/_libs/.test(line));

function columns(names: readonly string[]): CauseWords {
  return {
    title:
      names.length === 1
        ? `There is no column \`${names[0] ?? ''}\`.`
        : `There are no columns ${names.map((name) => `\`${name}\``).join(', ')}.`,
    remedies: [
      'Compare the name with the header of the file that was read; names are case-sensitive.',
    ],
    subject: {kind: 'columns', names},
  };
}

/** Known failures of work on tables with pandas, the special ones first. */
export const PANDAS_CAUSES: readonly PythonCause[] = [
  {
    rule: 'py-columns',
    message: /^KeyError: "(\[.*\]) not in index"$/,
    say: ([, list = '']) => columns(namesIn(list)),
  },
  {
    rule: 'py-columns',
    message: /^KeyError: "None of \[Index\((\[.*\]), .*\)\] are in the \[columns\]"$/,
    say: ([, list = '']) => columns(namesIn(list)),
  },
  {
    rule: 'py-columns',
    message: /^KeyError: "(\[.*\]) not found in axis"$/,
    say: ([, list = '']) => columns(namesIn(list)),
  },
  {
    rule: 'py-column',
    message: /^KeyError: '([^']+)'$/,
    when: (ending) =>
      usesPandas(ending) &&
      !ending.traceback.some((line) => /indexing\.py"|series\.py"/.test(line)),
    say: ([, name = '']) => columns([name]),
  },
  {
    rule: 'py-column-attribute',
    message: /^AttributeError: 'DataFrame' object has no attribute '(\w+)'/,
    say: ([, name = '']) => ({
      ...columns([name]),
      title: `Tables have no column or method \`${name}\`.`,
    }),
  },
  {
    rule: 'py-usecols',
    message: /^ValueError: Usecols do not match columns, columns expected but not found: (\[.*\])$/,
    say: ([, list = '']) => columns(namesIn(list)),
  },
  {
    rule: 'py-parse-dates',
    message: /^ValueError: Missing column provided to 'parse_dates': '(.+)'$/,
    say: ([, list = '']) => columns(list.split(', ')),
  },
  {
    rule: 'py-number',
    message: /^ValueError: could not convert string to float: '(.*)'$/,
    say: ([, value = '']) => ({
      title: `Expected a number but found ${value === '' ? 'empty text' : `\`${value}\``}.`,
      remedies: [
        "Use `pd.to_numeric(…, errors='coerce')` if such values are to become missing, or clean them first.",
      ],
    }),
  },
  {
    rule: 'py-integer-missing',
    message: /IntCastingNaNError: Cannot convert non-finite values/,
    say: () => ({
      title: 'Missing values cannot become whole numbers.',
      remedies: [
        "Use pandas' own type for whole numbers with gaps, `astype('Int64')`, or fill or drop missing values first.",
      ],
    }),
  },
  {
    rule: 'py-date',
    message: /^ValueError: time data ['"](.+?)['"],? does(?:n't| not) match format ['"](.+?)['"]/,
    more: /^\s+- passing /,
    say: ([, value = '', format = '']) => ({
      title: `\`${value}\` is not a date written as \`${format}\`.`,
      remedies: [
        "Give the format in which the dates are written, or `format='mixed'` (with `dayfirst=True` where the day comes first).",
      ],
    }),
  },
  {
    rule: 'py-empty',
    message: /^pandas\.errors\.EmptyDataError: No columns to parse from file$/,
    say: () => ({
      title: 'The file that was read is empty: it has no header.',
      remedies: ['Look at the action that makes it; it may have written nothing.'],
    }),
  },
  {
    rule: 'py-fields',
    message:
      /^pandas\.errors\.ParserError: Error tokenizing data\. C error: Expected (\d+) fields in line (\d+), saw (\d+)$/,
    say: ([, expected = '', line = '', saw = '']) => ({
      title: `Line ${line} of the file that was read has ${saw} fields instead of ${expected}.`,
      remedies: [
        'Look at that line: a comma in a text that is not in quotes, another separator (`sep`), or lines above the header (`skiprows`).',
      ],
    }),
  },
  {
    rule: 'py-merge-keys',
    message: /MergeError: Merge keys are not unique in (left|right|either)/,
    say: ([, side = '']) => ({
      title: `The keys of the merge repeat in the ${side} table.`,
      remedies: [
        'Look for rows that repeat with `duplicated()`, and drop or summarise them before the merge.',
      ],
    }),
  },
  {
    rule: 'py-merge-types',
    message: /^ValueError: You are trying to merge on (\S+) and (\S+) columns for key '(.+?)'\./,
    say: ([, left = '', right = '', key = '']) => ({
      title: `\`${key}\` has another type in each of the two tables: ${left} and ${right}.`,
      remedies: [
        `Give it the same type before the merge, such as with \`dtype\` when they are read, or \`astype\`.`,
      ],
    }),
  },
  {
    rule: 'py-duplicates',
    message: /^ValueError: cannot reindex on an axis with duplicate labels$/,
    say: () => ({
      title: 'The labels of the rows or columns repeat, so that they cannot be put in line.',
      remedies: [
        'Look for the labels that repeat with `.index.duplicated()`; `reset_index(drop=True)` numbers rows anew.',
      ],
    }),
  },
  {
    rule: 'py-length',
    message: /^ValueError: Length of values \((\d+)\) does not match length of index \((\d+)\)$/,
    say: ([, values = '', rows = '']) => ({
      title: `${values} values cannot become a column of a table of ${rows} rows.`,
      remedies: [
        'Make as many values as there are rows; after a filter they are fewer than before.',
      ],
    }),
  },
  {
    rule: 'py-ambiguous',
    message:
      /^ValueError: The truth value of (?:a|an) (\w+)(?: with more than one element)? is ambiguous\./,
    say: ([, what = '']) => ({
      title: `A ${what} was used where True or False is expected.`,
      remedies: [
        'Use `.any()` or `.all()` in an `if`; join conditions on columns with `&`, `|` and brackets instead of `and` and `or`.',
      ],
    }),
  },
  {
    rule: 'py-gzip',
    message: /BadGzipFile: Not a gzipped file/,
    say: () => ({
      title: 'The file that was read is called `.gz` and is not compressed.',
      remedies: [
        'Look at how it is written: pandas compresses where the name ends in `.gz`, other tools only when asked to.',
      ],
    }),
  },
];
