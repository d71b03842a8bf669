import type {ExpectedType} from '../../shared/datasetHealth';

/** What a dataset definition in ehrQL says for sure, read without running it. */
export interface DatasetDefinition {
  /** Patients of the dummy data; null where it does not say, or says it in another way than a number. */
  readonly populationSize: number | null;
  /** Variables whose type is clear from how they end. */
  readonly types: ReadonlyMap<string, ExpectedType>;
}

/** What the end of an expression makes of it, whatever comes before. */
const ENDS: readonly (readonly [RegExp, ExpectedType])[] = [
  [/\.(exists_for_patient|is_null|is_not_null)\(\)$/, 'boolean'],
  [
    /\.(is_in|is_not_in|is_before|is_after|is_on_or_before|is_on_or_after|is_between_but_not_on|is_on_or_between)\(.*\)$/,
    'boolean',
  ],
  [/\.(count_for_patient|count_distinct_for_patient)\(\)$/, 'integer'],
  [/\.age_on\(.*\)$/, 'integer'],
  [/\.(year|month|day|days|weeks|months|years)$/, 'integer'],
  [/\.imd_rounded$/, 'integer'],
  [/\.numeric_value$/, 'number'],
  [/\.(mean_for_patient)\(\)$/, 'number'],
  [
    /\.(date|date_of_birth|date_of_death|start_date|end_date|admission_date|discharge_date)$/,
    'date',
  ],
  [/\.(to_first_of_year|to_first_of_month)\(\)$/, 'date'],
];

/** Reads the text of a dataset definition; what is not surely known is left out. */
export function readDatasetDefinition(text: string): DatasetDefinition {
  const types = new Map<string, ExpectedType>();
  const seen = new Set<string>();
  for (const [, name = '', at] of assignments(text)) {
    const type = typeOf(expressionAt(text, at));
    // one that is given twice may be either
    if (seen.has(name)) types.delete(name);
    else if (type !== null) types.set(name, type);
    seen.add(name);
  }
  const sizes = [...withoutComments(text).matchAll(/configure_dummy_data\(([^)]*)\)/g)];
  const [, size] =
    /population_size\s*=\s*(\d[\d_]*)\s*(?:,|$)/.exec(sizes[0]?.[1]?.trim() ?? '') ?? [];
  return {
    populationSize:
      sizes.length === 1 && size !== undefined ? Number(size.replaceAll('_', '')) : null,
    types,
  };
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, '');
}

/** `dataset.name = …` at the beginning of a line: in a loop or a condition a variable may be something else. */
function* assignments(text: string): Generator<readonly [string, string, number]> {
  for (const found of text.matchAll(/^dataset\.([A-Za-z_]\w*)[ \t]*=(?!=)/gm))
    yield [found[0], found[1] ?? '', found.index + found[0].length];
}

/** The expression from a place to the end of its line, brackets closed; strings and comments taken out. */
function expressionAt(text: string, from: number): string {
  let depth = 0;
  let expression = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") {
      const end = text.indexOf(character, at + 1);
      if (end < 0) return '';
      expression += '""';
      at = end;
      continue;
    }
    if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end - 1;
      continue;
    }
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === '\n' && depth <= 0) break;
    if (!/\s/.test(character)) expression += character;
  }
  // brackets around the whole let it go over several lines
  return /^\((.*)\)$/.test(expression) && closesAtEnd(expression)
    ? expression.slice(1, -1)
    : expression;
}

function closesAtEnd(expression: string): boolean {
  let depth = 0;
  for (const [at, character] of [...expression].entries()) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0 && at < expression.length - 1) return false;
  }
  return depth === 0;
}

function typeOf(expression: string): ExpectedType | null {
  if (hasOperator(expression)) return null;
  return ENDS.find(([end]) => end.test(lastCallEmptied(expression)))?.[1] ?? null;
}

/** Outside brackets an operator, or a `case`, makes something else of what is at the end. */
function hasOperator(expression: string): boolean {
  let depth = 0;
  for (const character of expression) {
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && '+-*/%&|~<>=!,:'.includes(character)) return true;
  }
  return /^(case|when|maximum_of|minimum_of)\(/.test(expression);
}

/** The expression with nothing between its last brackets, so that only the last call is looked at. */
function lastCallEmptied(expression: string): string {
  if (!expression.endsWith(')')) return expression;
  let depth = 0;
  for (let at = expression.length - 1; at >= 0; at -= 1) {
    if (expression.charAt(at) === ')') depth += 1;
    if (expression.charAt(at) === '(') depth -= 1;
    if (depth === 0) return `${expression.slice(0, at)}()`;
  }
  return expression;
}
