import type {DatasetTable} from '../../shared/dataset';

/** What ehrQL's serialised definition says of it. */
export interface SerialisedDefinition {
  readonly kind: 'dataset' | 'measures' | null;
  /** Of the dummy data. */
  readonly populationSize: number | null;
  readonly tables: readonly DatasetTable[];
  readonly permissions: readonly string[];
  /** Names of its variables, in their order; of measures none. */
  readonly variables: readonly string[];
  /** Names of its event tables. */
  readonly events: readonly string[];
  /** Patients of its test data; null where it has none. */
  readonly testPatients: readonly number[] | null;
  /** Why ehrQL would not use it though it could be loaded. */
  readonly refused: string | null;
}

type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/**
 * Reads what `ehrql serialize-definition` prints: a value of references to nodes, each an object of its kind. `wanted` is
 * what the command makes of it; null takes measures before a dataset, as ehrQL itself does. Null for any other text.
 */
export function readSerialised(
  text: string,
  wanted: 'dataset' | 'measures' | null,
): SerialisedDefinition | null {
  const all = parsed(text);
  const details = field(field(all, 'value'), 'ModuleDetails');
  if (!isObject(details) || !('dataset' in details)) return null;
  const has = (kind: 'dataset' | 'measures') => (details[kind] ?? null) !== null;
  const kind = wanted ?? (has('measures') ? 'measures' : has('dataset') ? 'dataset' : null);
  const main = kind === null ? null : (details[kind] ?? null);
  const refused = field(field(main, 'DefinitionError'), 'message');
  const reader = new GraphReader(all);
  reader.read(main);
  const dataset = field(reader.resolved(main), 'Dataset');
  const config =
    kind === null ? null : field(details[`${kind}_dummy_data_config`] ?? null, 'DummyDataConfig');
  const size = field(config, 'population_size');
  const {test_data: tests = null} = details;
  return {
    kind: main === null ? null : kind,
    populationSize: typeof size === 'number' ? size : null,
    tables: reader.tables(),
    permissions: items(field(details['claimed_permissions'] ?? null, 'tuple')).filter(isText),
    variables: keysOf(field(dataset, 'variables')),
    events: keysOf(field(dataset, 'events')),
    testPatients:
      tests === null
        ? null
        : items(field(tests, 'dict')).flatMap((pair) => {
            const [id = null] = items(pair);
            return typeof id === 'number' ? [id] : [];
          }),
    refused: isText(refused) ? refused : null,
  };
}

/** Goes through the graph once, and notes which columns of which tables are selected. */
class GraphReader {
  private readonly seen = new Set<string>();
  private readonly found = new Map<string, Set<string>>();

  constructor(private readonly nodes: Json) {}

  tables(): readonly DatasetTable[] {
    return [...this.found]
      .map(([name, columns]) => ({name, columns: [...columns].sort()}))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  resolved(value: Json): Json {
    const reference = field(value, 'ref');
    return isText(reference) ? field(this.nodes, reference) : value;
  }

  read(from: Json): void {
    const open: Json[] = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (typeof next !== 'object' || next === null) continue;
      if (!isObject(next)) {
        open.push(...next);
        continue;
      }
      const reference = field(next, 'ref');
      if (isText(reference)) {
        if (this.seen.has(reference)) continue;
        this.seen.add(reference);
        open.push(this.resolved(next));
        continue;
      }
      this.note(next);
      open.push(...Object.values(next));
    }
  }

  private note(node: Json): void {
    const table = tableName(node);
    if (table !== null) this.columnsOf(table);
    const selected = field(node, 'SelectColumn');
    const column = field(selected, 'name');
    const source = selected === null ? null : this.rootOf(field(selected, 'source'));
    if (isText(column) && source !== null) this.columnsOf(source).add(column);
  }

  private columnsOf(table: string): Set<string> {
    const known = this.found.get(table) ?? new Set<string>();
    this.found.set(table, known);
    return known;
  }

  /** The table that a frame was made of by filtering, sorting and picking; null for one that is written into the code. */
  private rootOf(frame: Json): string | null {
    let current = frame;
    for (;;) {
      const table = tableName(current);
      if (table !== null) return table;
      const node = this.resolved(current);
      if (!isObject(node)) return null;
      const [only = null] = Object.values(node);
      const source = field(only, 'source');
      if (source === null) return null;
      current = source;
    }
  }
}

function tableName(value: Json): string | null {
  const name = field(field(value, 'external_ref'), 'name');
  return isText(name) ? name : null;
}

/** The keys of a dictionary, which is a list of pairs. */
function keysOf(value: Json): readonly string[] {
  return items(field(value, 'dict')).flatMap((pair) => items(pair).slice(0, 1).filter(isText));
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // another version of ehrQL, or none: the caller reports it
    return null;
  }
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

function isObject(value: Json): value is {readonly [key: string]: Json} {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: Json, key: string): Json {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function items(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
