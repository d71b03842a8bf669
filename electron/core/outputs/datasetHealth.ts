import {join} from 'node:path';
import type {DatasetHealth, ExpectedType} from '../../../shared/datasetHealth';
import type {AppError} from '../../../shared/errors';
import type {Project} from '../../../shared/project';
import {ok, type Result} from '../../../shared/result';
import type {ColumnType, SqlRows, TableSchema} from '../../../shared/table';
import {sqlName, uniqueNames} from '../../../shared/tableSql';
import {readRegularFile} from '../../files/openFile';
import {readDatasetDefinition, type DatasetDefinition} from '../../study/datasetDefinition';
import {dummyDataOf, readEhrqlRun} from '../../study/ehrqlRun';
import {matchesPattern} from '../../study/outputPattern';
import type {Answer} from '../studyContext';

/** The table that is looked at. */
export interface HealthTable {
  readonly schema: TableSchema;
  readonly sql: (text: string) => Promise<Result<SqlRows, AppError>>;
}

/** What is in a dataset of an action that makes one with ehrQL; null for any other output. */
export async function datasetHealth(
  studyDir: string,
  project: Project | null,
  output: string,
  table: () => Promise<Result<HealthTable, AppError>>,
): Answer<DatasetHealth | null> {
  const action = project?.actions.find(({outputs}) =>
    outputs.some(({pattern}) => matchesPattern(pattern, output)),
  );
  const run = action === undefined ? null : readEhrqlRun(action.run.argv);
  const path = run?.command === 'generate-dataset' ? run.file : null;
  if (action === undefined || run === null || path === null) return ok(null);
  const opened = await table();
  if (!opened.ok) return opened;
  const definition = await readDefinition(join(studyDir, path));
  const counted = await countColumns(opened.value, definition);
  if (!counted.ok) return counted;
  return ok({
    definition: definition === null ? null : path,
    rowsAsked: definition?.populationSize ?? null,
    hasDummyFile: action.dummyDataFile !== null || dummyDataOf(run).kind !== 'generated',
    ...counted.value,
  });
}

async function readDefinition(path: string): Promise<DatasetDefinition | null> {
  try {
    return readDatasetDefinition((await readRegularFile(path)).toString('utf8'));
  } catch {
    // that it could not be read is said with what was found
    return null;
  }
}

type Counted = Omit<DatasetHealth, 'definition' | 'rowsAsked' | 'hasDummyFile'>;

async function countColumns(
  {schema, sql}: HealthTable,
  definition: DatasetDefinition | null,
): Promise<Result<Counted, AppError>> {
  const {columns} = schema;
  const names = uniqueNames(columns.map(({name}) => name)).map(sqlName);
  const filled = (name: string): string =>
    `count(CASE WHEN CAST(${name} AS VARCHAR) <> '' THEN 1 END)`;
  const asked = names.flatMap((name) => [
    filled(name),
    `count(DISTINCT ${name})`,
    // ehrQL writes truth values into a CSV as T and F
    `count(CASE WHEN CAST(${name} AS VARCHAR) NOT IN ('T', 'F', 'true', 'false', '') THEN 1 END)`,
  ]);
  const answer = await sql(`SELECT count(*)${asked.map((each) => `, ${each}`).join('')} FROM data`);
  if (!answer.ok) return answer;
  const [rowsText, ...figures] = answer.value.rows[0] ?? [];
  const rows = Number(rowsText ?? 0);
  const figure = (at: number, which: 0 | 1 | 2): number => Number(figures[at * 3 + which] ?? 0);
  const places = columns.map(({name, type}, at) => ({name, type: type ?? 'text', at}));
  const values = places.filter(({at}) => figure(at, 0) > 0);
  const compared = values.flatMap((place) => {
    const expected = definition?.types.get(place.name);
    return expected === undefined ? [] : [{...place, expected}];
  });
  const patients = places.find(({name}) => name === 'patient_id');
  return ok({
    rows,
    allMissing:
      rows === 0 ? [] : places.filter(({at}) => figure(at, 0) === 0).map(({name}) => name),
    constant:
      rows < 2
        ? []
        : values
            .filter(({at}) => figure(at, 0) === rows && figure(at, 1) === 1)
            .map(({name}) => name),
    repeatedPatients:
      patients === undefined ? null : figure(patients.at, 0) - figure(patients.at, 1),
    unlike: compared
      .filter(({type, expected, at}) => !isLike(type, expected, figure(at, 2) === 0))
      .map(({name, expected, type}) => ({name, expected, found: type})),
    compared: compared.length,
    columns: columns.length,
  });
}

function isLike(found: ColumnType, expected: ExpectedType, isTruth: boolean): boolean {
  switch (expected) {
    case 'boolean':
      return found === 'boolean' || isTruth;
    case 'integer':
      return found === 'integer';
    case 'number':
      return found === 'integer' || found === 'number';
    case 'date':
      return found === 'date' || found === 'timestamp';
  }
}
