import type {Dataset, DatasetColumn, EhrqlSchema} from '../../shared/dataset';
import type {TestLines} from './assureOutput';

/** What ehrQL itself says of a definition beside its serialised form. */
export interface DefinitionFacts extends Pick<Dataset, 'columns' | 'events' | 'schemas'> {
  /** Permissions that its tables and features need, each with what needs it. */
  readonly needed: readonly {readonly permission: string; readonly why: string}[];
  /** The line on which the file first uses a name, of a variable or an attribute. */
  readonly uses: ReadonlyMap<string, number>;
}

/** Reads what the program in Python printed of it (`lookProgram`); null where the image could not be asked. */
export function readFacts(
  text: string,
  kind: 'dataset' | 'measures' | null,
): DefinitionFacts | null {
  const all = parsed(text) as {readonly [kind: string]: unknown} | null;
  const facts = kind === null ? null : (all?.[kind] as RawFacts | undefined);
  if (facts?.tables === undefined) return null;
  const [main, ...events] = facts.tables.map(([name, columns]) => ({
    name,
    columns: columnsOf(columns),
  }));
  return {
    columns: main?.columns ?? [],
    events,
    schemas: (facts.schemas ?? []).map(([name, onePerPatient, columns]) => ({
      ...{name, onePerPatient},
      columns: columns.map(([column, type, categories]) => ({name: column, type, categories})),
    })),
    needed: (facts.permissions ?? []).map(([permission, why]) => ({permission, why})),
    uses: new Map(all?.['uses'] as readonly (readonly [string, number])[] | undefined),
  };
}

type Pair = readonly [string, string];

type RawColumn = readonly [string, string, EhrqlSchema['columns'][number]['categories']];

/** As the program prints them, which is ours. */
interface RawFacts {
  readonly tables?: readonly (readonly [string, readonly Pair[]])[];
  readonly permissions?: readonly Pair[];
  readonly schemas?: readonly (readonly [string, boolean, readonly RawColumn[]])[];
}

function columnsOf(pairs: readonly Pair[]): readonly DatasetColumn[] {
  return pairs.filter(([name]) => name !== 'patient_id').map(([name, type]) => ({name, type}));
}

/** Reads where a test file has its keys (`assureProgram`): paths of keys to lines, the first of each. */
export function readLines(text: string): TestLines {
  const lines = new Map<string, number>();
  const pairs = (parsed(text) ?? []) as readonly (readonly [readonly unknown[], number])[]; // as the program prints them
  for (const [path, line] of pairs) {
    const key = JSON.stringify(path);
    if (!lines.has(key)) lines.set(key, line);
  }
  return lines;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the program printed nothing: an image without Python, or another ehrQL
    return null;
  }
}
