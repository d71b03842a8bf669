import type {Dataset, DatasetColumn, DefinitionProblem, EhrqlAction} from '../../shared/dataset';
import {formatList} from '../../shared/format';
import {eventOutputProblem} from './definitionText';
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
  /** Of the run line in project.yaml; null without one. */
  readonly runLine: number | null;
  /** Of the dummy data file; null where there is none that can be read as one table. */
  readonly dummyFile: DummyHeader | null;
  /** Of the dummy tables, by table; null where the action has none. */
  readonly dummyTables: ReadonlyMap<string, DummyHeader> | null;
}

/** What the server would refuse of a definition, or what gives other dummy data than expected, each at its line. */
export function definitionProblems(input: ProblemInput): readonly DefinitionProblem[] {
  const {definition, facts} = input;
  const at: At = (...names) => {
    const found = names.find((name) => facts.uses.has(name)) ?? '';
    return {file: definition.file, line: facts.uses.get(found) ?? null};
  };
  return [
    ...permissionProblems(input, at),
    ...fileProblems(input, at),
    ...tableProblems(input, at),
    ...eventProblems(input, at),
  ];
}

/** The first place of the first name that is used. */
type At = (...names: readonly string[]) => Pick<DefinitionProblem, 'file' | 'line'>;

function permissionProblems(
  {definition, facts}: ProblemInput,
  at: At,
): readonly DefinitionProblem[] {
  return facts.needed
    .filter(({permission}) => !definition.permissions.includes(permission))
    .map(({permission, why}) => ({
      rule: 'D-PERMISSION' as const,
      message: `The permission \`${permission}\` is ${why.replace(/\.$/, '')}, and is not claimed.`,
      hint: `Add \`claim_permissions("${permission}")\`. The server runs it only where the project has been given the permission.`,
      // ehrQL names what needs it: `tpp.appointments`, `dataset.add_event_table()`
      ...at(/`[\w.]*?(\w+)(?:\(\))?`/.exec(why)?.[1] ?? ''),
    }));
}

function fileProblems(
  {definition, dummyFile, runLine}: ProblemInput,
  at: At,
): readonly DefinitionProblem[] {
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
      rule: 'D-DUMMY-COLUMN' as const,
      message: `${dummyFile.path} has no column \`${name}\`: ehrQL refuses it as dummy data.`,
      hint,
      ...at(name),
    })),
    ...(more.length === 0
      ? []
      : [
          {
            rule: 'D-DUMMY-EXTRA' as const,
            message: `${dummyFile.path} has columns that the definition does not have: ${formatList(more, 5)}. ehrQL leaves them out.`,
            hint,
            file: 'project.yaml',
            line: runLine,
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
          rule: 'D-TABLE-MISSING' as const,
          message: `The dummy tables have no file for the table \`${name}\`.`,
          hint: 'Make the dummy tables anew from the definition, or add the file.',
          ...at(name),
        },
      ];
    return columns
      .filter((column) => !header.columns.includes(column))
      .map((column) => ({
        rule: 'D-TABLE-COLUMN' as const,
        message: `${header.path} has no column \`${column}\`: ehrQL takes it as missing for every patient.`,
        hint: 'Add the column, or make the dummy tables anew from the definition.',
        ...at(`${name}.${column}`, column),
      }));
  });
}

function eventProblems({definition, run}: ProblemInput, at: At): readonly DefinitionProblem[] {
  if (definition.events.length === 0) return [];
  const {file, line} = at('add_event_table');
  return eventOutputProblem(file, line, run?.output ?? null);
}

function namesOf(columns: readonly DatasetColumn[]): readonly string[] {
  return columns.map(({name}) => name);
}
