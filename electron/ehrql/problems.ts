import type {Dataset, DatasetColumn, DefinitionProblem, EhrqlAction} from '../../shared/dataset';
import {formatList} from '../../shared/format';
import type {DefinitionFacts} from './facts';

/** The columns of a file of dummy data; `path` as the study has it. */
export interface DummyHeader {
  readonly path: string;
  readonly columns: readonly string[];
}

/** What is held against a definition. */
export interface ProblemInput {
  readonly definition: Pick<
    Dataset,
    'file' | 'kind' | 'columns' | 'events' | 'tables' | 'permissions'
  >;
  readonly facts: Pick<DefinitionFacts, 'needed' | 'uses'>;
  readonly run: Pick<EhrqlAction, 'output' | 'dummyDataFile'> | null;
  /** Of the dummy data file; null where there is none that can be read as one table. */
  readonly dummyFile: DummyHeader | null;
  /** Of the dummy tables, by table; null where the action has none. */
  readonly dummyTables: ReadonlyMap<string, DummyHeader> | null;
}

/** What the server would refuse of a definition, or what gives other dummy data than expected, each at its line. */
export function definitionProblems(input: ProblemInput): readonly DefinitionProblem[] {
  const {definition, facts} = input;
  const at = (name: string | undefined) => ({
    file: definition.file,
    line: name === undefined ? null : (facts.uses.get(name) ?? null),
  });
  return [
    ...permissionProblems(input, at),
    ...fileProblems(input, at),
    ...tableProblems(input, at),
    ...eventProblems(input, at),
  ];
}

type At = (name: string | undefined) => Pick<DefinitionProblem, 'file' | 'line'>;

function permissionProblems(
  {definition, facts}: ProblemInput,
  at: At,
): readonly DefinitionProblem[] {
  return facts.needed
    .filter(({permission}) => !definition.permissions.includes(permission))
    .map(({permission, why}) => ({
      rule: 'D-PERMISSION',
      message: `The permission \`${permission}\` is ${why.replace(/\.$/, '')}, and is not claimed.`,
      hint: `Add \`claim_permissions("${permission}")\`. The server runs it only where the project has been given the permission.`,
      // ehrQL names what needs it: `tpp.appointments`, `dataset.add_event_table()`
      ...at(/`[\w.]*?(\w+)(?:\(\))?`/.exec(why)?.[1]),
    }));
}

function fileProblems({definition, dummyFile}: ProblemInput, at: At): readonly DefinitionProblem[] {
  const {columns, events, kind} = definition;
  if (dummyFile === null || columns.length === 0 || events.length > 0) return [];
  const there = new Set(dummyFile.columns);
  const wanted = ['patient_id', ...namesOf(columns)].filter(
    (name) => name !== 'patient_id' || kind === 'dataset',
  );
  const missing = wanted.filter((name) => !there.has(name));
  const more = dummyFile.columns.filter((name) => !wanted.includes(name));
  const hint = `Make ${dummyFile.path} anew from the definition, or correct its columns.`;
  return [
    ...missing.map((name) => ({
      rule: 'D-DUMMY-COLUMN',
      message: `${dummyFile.path} has no column \`${name}\`: ehrQL refuses it as dummy data.`,
      hint,
      ...at(name),
    })),
    ...(more.length === 0
      ? []
      : [
          {
            rule: 'D-DUMMY-EXTRA',
            message: `${dummyFile.path} has columns that the definition does not have: ${formatList(more, 5)}. ehrQL leaves them out.`,
            hint,
            ...at(undefined),
          },
        ]),
  ];
}

function tableProblems(
  {definition, dummyTables}: ProblemInput,
  at: At,
): readonly DefinitionProblem[] {
  if (dummyTables === null) return [];
  return definition.tables.flatMap(({name, columns}): readonly DefinitionProblem[] => {
    const header = dummyTables.get(name);
    if (header === undefined)
      return [
        {
          rule: 'D-TABLE-MISSING',
          message: `The dummy tables have no file for the table \`${name}\`.`,
          hint: 'Make the dummy tables anew from the definition, or add the file.',
          ...at(name),
        },
      ];
    return columns
      .filter((column) => !header.columns.includes(column))
      .map((column) => ({
        rule: 'D-TABLE-COLUMN',
        message: `${header.path} has no column \`${column}\`: ehrQL takes it as missing for every patient.`,
        hint: 'Add the column, or make the dummy tables anew from the definition.',
        ...at(column),
      }));
  });
}

function eventProblems({definition, run}: ProblemInput, at: At): readonly DefinitionProblem[] {
  const output = run?.output ?? null;
  if (
    definition.events.length === 0 ||
    output === null ||
    !/[^/:]\.(?:csv|csv\.gz|arrow)$/.test(output)
  )
    return [];
  return [
    {
      rule: 'D-EVENT-OUTPUT',
      message: `\`--output ${output}\` is one file, and the definition has event tables: ehrQL writes a folder.`,
      hint: `Name a folder and a format, such as \`--output ${output.replace(/\.(csv|csv\.gz|arrow)$/, ':$1')}\`, and list its files as outputs.`,
      ...at('add_event_table'),
    },
  ];
}

function namesOf(columns: readonly DatasetColumn[]): readonly string[] {
  return columns.map(({name}) => name);
}
