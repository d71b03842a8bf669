import type {CodelistContent, CodingSystem} from '../../../shared/codelist';

/** Where a code is, of two lists side by side. */
export type Part = 'here' | 'there' | 'both';

/** A row of a list, or of two side by side, as the grid shows it. */
export interface ListGridRow {
  readonly number: string;
  readonly values: readonly string[];
  readonly part: Part;
  /** What it is found by, without upper case. */
  readonly plain: string;
}

/** Rows under the names of their columns. */
export interface ListGrid {
  readonly columns: readonly string[];
  readonly rows: readonly ListGridRow[];
}

function rowOf(number: string, values: readonly string[], part: Part = 'here'): ListGridRow {
  return {number, values, part, plain: values.join('\n').toLowerCase()};
}

/** A list as its file has it. */
export function asFile({columns, rows}: CodelistContent): ListGrid {
  return {columns, rows: rows.map(({line, values}) => rowOf(String(line), values))};
}

/** Systems whose codes begin with the code that they are under. */
const BY_BEGINNING: ReadonlySet<CodingSystem | null> = new Set(['icd10', 'opcs4', 'bnf']);

/** Whether the codes of a list say which is under which; of other systems only files that are not here do. */
export function hasTree({codingSystem, codeColumn}: CodelistContent): boolean {
  return codeColumn >= 0 && BY_BEGINNING.has(codingSystem);
}

/** A list by its codes, each further in than the codes of the list that it is under. */
export function asTree(list: CodelistContent): ListGrid {
  const {columns, rows, codeColumn} = list;
  const codeOf = (values: readonly string[]): string => (values[codeColumn] ?? '').trim();
  const sorted = [...rows].sort((a, b) => (codeOf(a.values) < codeOf(b.values) ? -1 : 1));
  const above: string[] = [];
  return {
    columns,
    rows: sorted.map(({line, values}) => {
      // X stands where there is no fourth digit
      const code = codeOf(values).replace(/X$/, '');
      while (above.length > 0 && !code.startsWith(above.at(-1) ?? '')) above.pop();
      const inset = '\u2003'.repeat(above.length);
      if (code !== '' && above.at(-1) !== code) above.push(code);
      return rowOf(
        String(line),
        values.map((value, at) => (at === codeColumn ? `${inset}${value.trim()}` : value)),
      );
    }),
  };
}

/** Two lists side by side, code by code: those of both, and those of one of them. */
export function sideBySide(here: CodelistContent, there: CodelistContent): ListGrid {
  const [left, right] = [termsOf(here), termsOf(there)];
  const codes = [...left.keys(), ...[...right.keys()].filter((code) => !left.has(code))];
  return {
    columns: ['code', 'term here', 'term there'],
    rows: codes.map((code, at) => {
      const [one, other] = [left.get(code), right.get(code)];
      const part = one === undefined ? 'there' : other === undefined ? 'here' : 'both';
      return rowOf(String(at + 1), [code, one ?? '', other ?? ''], part);
    }),
  };
}

function termsOf({rows, codeColumn, termColumn}: CodelistContent): ReadonlyMap<string, string> {
  const terms = new Map(
    rows.map(({values}) => [(values[codeColumn] ?? '').trim(), (values[termColumn] ?? '').trim()]),
  );
  terms.delete('');
  return terms;
}
