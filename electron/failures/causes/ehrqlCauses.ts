import {formatList, formatPlural} from '../../../shared/format';
import type {KnownFailure, CauseWords} from '../failureFacts';
import {lastLine} from './messageWords';
import type {PythonCause} from './pythonCause';
import {PYTHON_CAUSES} from './pythonCauses';
import {pythonEnding} from './pythonEnding';

interface EhrqlCause {
  readonly rule: string;
  readonly exitCode: number;
  readonly message: RegExp;
  /** The message goes on over any number of lines, which `say` is given. */
  readonly isLong?: true;
  readonly say: (match: RegExpExecArray, more: readonly string[]) => CauseWords;
}

/** Known failures while a definition is read, besides those of Python itself. */
export const DEFINITION_CAUSES: readonly PythonCause[] = [
  {
    rule: 'ehrql-codelist',
    message: /^ehrql\.codes\.CodelistError: No CSV file at (\S+)$/,
    more: /^(?:|HINT: Use forward slash .*)$/,
    say: ([, path = '']) => ({
      title: `The codelist \`${path.replaceAll('\\', '/')}\` is not in the study.`,
      remedies: [
        path.includes('\\')
          ? 'Write the path with forward slashes (`/`).'
          : 'Download the codelists, and check the path: it is relative to the study folder, and case-sensitive.',
        'Commit what is downloaded, `codelists.json` too: the server works with what is committed.',
      ],
      ...(path.includes('\\') ? {} : {button: 'show-codelists' as const}),
    }),
  },
  {
    rule: 'ehrql-codelist-column',
    message: /^ehrql\.codes\.CodelistError: No column '(.+)' in CSV$/,
    say: ([, name = '']) => ({
      title: `The codelist has no column \`${name}\`.`,
      remedies: ['Compare the name with the first line of the list; most are `code`.'],
    }),
  },
];

/** Known failures of ehrQL by its exit codes; its messages were transcribed, the general one of each code last. */
export const EHRQL_CAUSES: readonly EhrqlCause[] = [
  {
    rule: 'ehrql-no-dataset',
    exitCode: 10,
    message: /^(?:\w+: )?Did not find a variable called '(dataset|measures)' in/,
    say: ([, name = '']) => ({
      title: `The definition has no variable \`${name}\`.`,
      remedies: [
        name === 'dataset'
          ? 'Call it so: `dataset = create_dataset()`.'
          : 'Call it so: `measures = create_measures()`.',
      ],
    }),
  },
  {
    rule: 'ehrql-no-population',
    exitCode: 10,
    message: /^(?:\w+: )?A population has not been defined/,
    say: () => ({
      title: 'The definition does not say which patients it is about.',
      remedies: ['Add `dataset.define_population(…)`.'],
    }),
  },
  {
    rule: 'ehrql-no-measures',
    exitCode: 10,
    message: /^(?:\w+: )?No measures defined$/,
    say: () => ({
      title: 'The definition holds no measure.',
      remedies: ['Add one with `measures.define_measure(…)`.'],
    }),
  },
  {
    rule: 'ehrql-columns',
    exitCode: 11,
    message: /^FileValidationError: (?:.*: )?Missing columns: (.+)$/,
    say: ([, names = '']) => ({
      title: `The dummy data lack columns that the definition asks for: ${names}.`,
      remedies: [
        'Add them to the file that is given as dummy data, or make it anew from the definition.',
      ],
      button: 'project',
    }),
  },
  {
    rule: 'ehrql-data',
    exitCode: 11,
    message: /^FileValidationError: (.+)$/,
    say: ([, what = '']) => ({
      title: `ehrQL could not use a data file: ${what}.`,
      remedies: ['Check the dummy data that the run line names: columns, types and values.'],
      button: 'project',
    }),
  },
  {
    rule: 'ehrql-permission',
    exitCode: 12,
    message: /^EHRQLPermissionError: /,
    isLong: true,
    say(_, more) {
      const names = namedIn(more, /^ {4}\* (\w+): /);
      const all = names.length === 0 ? '' : `: ${formatList(names, 9)}`;
      return {
        title: `The definition needs permissions that it does not have${all}.`,
        remedies: [
          `For dummy data claim them in the definition: \`claim_permissions(${names.map((name) => `"${name}"`).join(', ')})\`.`,
          'On the server the project must have been given them; else do without what needs them.',
        ],
      };
    },
  },
  {
    rule: 'ehrql-assurance',
    exitCode: 13,
    message: /^AssuranceTestError:/,
    isLong: true,
    say(_, more) {
      const patients = namedIn(more, /^ \* Patient (-?\d+) /);
      return {
        title: `The assurance tests of the definition failed for ${formatPlural(patients.length, 'patient')}.`,
        remedies: [
          'The lines below the message list each value that is not the one expected; `study-desk assure` gives each at its line.',
          'Correct the definition or the tests: on the server failing tests stop the job.',
        ],
      };
    },
  },
  {
    rule: 'ehrql-arguments',
    exitCode: 2,
    message:
      /^(?:ehrql(?: [\w-]+)?: )?error: ((?:unknown arguments|unrecognized arguments|the following arguments are required|argument).*)$/,
    say: ([, what = '']) => ({
      title: `ehrQL does not take the arguments of the run line: ${what}.`,
      remedies: [
        'Compare the run line with the usage that is printed; your own parameters go after ` -- `.',
      ],
      button: 'project',
    }),
  },
];

/** What ehrQL ends with only where it asks a real database, whatever that said: a job at a desk never does. */
export const EHRQL_DATABASE_CAUSES: readonly (Pick<EhrqlCause, 'rule' | 'exitCode'> &
  CauseWords)[] = [
  {
    rule: 'ehrql-database-lost',
    exitCode: 3,
    title: 'The database connection dropped. It may work next time.',
    remedies: ['Run the action again.'],
    button: 'rerun',
  },
  {
    rule: 'ehrql-database-import',
    exitCode: 4,
    title: 'The database was being filled with new data.',
    remedies: ['Run the action again once that is done; it can take hours.'],
    button: 'rerun',
  },
  {
    rule: 'ehrql-database',
    exitCode: 5,
    title: 'The database refused the query, or could not be used.',
    remedies: ['The log above has what it said.'],
  },
  {
    rule: 'ehrql-complex',
    exitCode: 6,
    title: 'The definition makes a query that is too complex for the database.',
    remedies: ['Take variables out of the definition, or make two datasets of it.'],
  },
  {
    rule: 'ehrql-slow',
    exitCode: 14,
    title: 'The query took longer than the database allows.',
    remedies: [
      'Ask for fewer variables, patients or events at once, or make several datasets of it.',
    ],
  },
];

/** What the lines name, each once. */
function namedIn(lines: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(lines.flatMap((line) => pattern.exec(line)?.[1] ?? []))];
}

/** The exception that a definition ended with, pre-formatted by ehrQL. */
const LOADING = /^Error loading file '(.+)':$/;

/** The known failure of an ehrQL job; null for any other. */
export function ehrqlFailure(
  lines: readonly string[],
  exitCode: number | null,
): KnownFailure | null {
  if (exitCode === 10) {
    const found = definitionFailure(lines);
    if (found !== null) return found;
  }
  for (const {rule, exitCode: code, message, isLong, say} of EHRQL_CAUSES) {
    const at = isLong && code === exitCode ? lastLine(lines, (line) => message.test(line)) : -1;
    const match = message.exec(lines[at] ?? '');
    if (match !== null) return {rule, at, place: null, ...say(match, lines.slice(at + 1))};
  }
  // the message is the last thing printed, bar a sentence on what to do
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - 4); at -= 1) {
    for (const {rule, exitCode: code, message, say} of EHRQL_CAUSES) {
      const match = code === exitCode ? message.exec(lines[at] ?? '') : null;
      if (match !== null) return {rule, at, place: null, ...say(match, [])};
    }
  }
  const database = EHRQL_DATABASE_CAUSES.find((cause) => cause.exitCode === exitCode);
  if (database === undefined) return null;
  const {exitCode: _, ...words} = database;
  return {...words, at: null, place: null};
}

/** A definition that Python could not carry out, at the line that ehrQL shows. */
function definitionFailure(lines: readonly string[]): KnownFailure | null {
  if (!lines.some((line) => LOADING.test(line))) return null;
  const ending = pythonEnding(lines);
  if (ending === null) return null;
  const {at, place, message, more} = ending;
  for (const {rule, message: known, more: goesOn, when, say} of [
    ...DEFINITION_CAUSES,
    ...PYTHON_CAUSES,
  ]) {
    const match = more.every((line) => goesOn?.test(line)) ? known.exec(message) : null;
    if (match !== null && when?.(ending) !== false) return {rule, at, place, ...say(match, ending)};
  }
  return {
    rule: 'ehrql-definition',
    title: `ehrQL could not carry out the definition: ${message}`,
    at,
    place,
    remedies: ['The message comes from ehrQL; its documentation shows what each feature accepts.'],
  };
}
