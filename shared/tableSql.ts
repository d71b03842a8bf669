import type {ColumnType} from './table';

/** A text in SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names as SQL distinguishes them, which is without case: the second `Age` becomes `Age_2`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(['__row']);
  return names.map((name) => {
    let free = name === '' ? 'column' : name;
    for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}_${count}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** The condition that a column, by its name in SQL, has a value that is shown so; numbers compare as numbers. */
export function sqlEquals(name: string, value: string | null, type: ColumnType | null): string {
  const column = sqlName(name);
  if (value === null) return `${column} IS NULL`;
  const isNumber =
    (type === 'integer' || type === 'number') && /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value);
  return `${column} = ${isNumber ? value : sqlText(value)}`;
}
