import type {CheckFinding} from '../../shared/check';
import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {holdsTwoStatistics, wholeNumber} from './cellValue';
import {formatPlural} from '../../shared/format';
import {finding} from './checkedTable';
import {identifierOf, isEventName, isIntervalName, midpointName} from './columnNames';
import type {TableColumn, TableFacts} from './tableColumns';

/** What the columns of a table are asked about, whatever is counted: identifiers, extremes, dates, width, two statistics in a cell. */
export function shapeFindings(facts: TableFacts): readonly CheckFinding[] {
  return [
    ...identifiers(facts),
    ...extremes(facts),
    ...dates(facts),
    ...width(facts),
    ...twoStatistics(facts),
    ...withoutCounts(facts),
  ];
}

function identifiers({table, columns, counts}: TableFacts): readonly CheckFinding[] {
  return columns.flatMap((column) => {
    const {name} = column;
    const kind = identifierOf(name);
    if (kind === 'patient')
      return [
        finding(
          table.path,
          'identifier',
          'question',
          `\`${name}\` identifies patients. Leave it out of tables for level 4.`,
          {column: name},
        ),
      ];
    if (kind === 'place')
      return [
        finding(
          table.path,
          'identifier',
          /practice|ods/i.test(name) ? 'question' : 'check',
          `\`${name}\` names practices or small areas, and results for them are rarely released.`,
          {column: name},
        ),
      ];
    const values = column.cells.flatMap((cell) => wholeNumber(cell) ?? []);
    const allDistinct = values.length >= 20 && new Set(values).size === table.rows.length;
    const inOrder = values.every((value, at) => at === 0 || value === (values[at - 1] ?? 0) + 1);
    const counted = counts.some((count) => count.column === column);
    if (/^(id|.*[_ .]id)$/i.test(name) && allDistinct && !inOrder && !counted)
      return [
        finding(
          table.path,
          'identifier',
          'check',
          `Every row has a \`${name}\` of its own, as a table of patients would.`,
          {column: name},
        ),
      ];
    return [];
  });
}

function extremes({table, columns, counts, keys, statistics}: TableFacts): readonly CheckFinding[] {
  const found: CheckFinding[] = [];
  for (const column of columns) {
    const shown = column.cells.findIndex(({kind}) => kind === 'number' || kind === 'text');
    const counted = counts.some((count) => count.column === column && count.midpoint !== null);
    if (column.meaning !== 'extreme' || shown < 0 || counted) continue;
    // `age_min` of an age band says which group the row is of
    if (keys.includes(column) || (!column.numeric && column.days === null)) continue;
    found.push(
      finding(
        table.path,
        'min-max',
        'question',
        `\`${column.name}\` shows the lowest or highest value, which is often of a single patient: this code does not leave it out.`,
        {row: shown, column: column.name},
      ),
    );
  }
  statistics?.forEach((meaning, row) => {
    if (meaning !== 'extreme') return;
    const shown = columns.find(({numeric, cells}) => numeric && cells[row]?.kind === 'number');
    if (shown === undefined || shown.meaning === 'extreme') return;
    found.push(
      finding(
        table.path,
        'min-max',
        'question',
        'This row shows the lowest or highest value, which is often of a single patient: this code does not leave it out.',
        {row, column: shown.name},
      ),
    );
  });
  return found;
}

function dates({table, columns, counts}: TableFacts): readonly CheckFinding[] {
  const counted = counts.some(({evidence}) => evidence !== 'weak');
  return columns.flatMap(({name, days, meaning}) => {
    if (days === null || meaning === 'extreme') return [];
    const event = isEventName(name);
    if (isIntervalName(name) && !event) return [];
    const distinct = [...new Set(days)].sort();
    if (distinct.length === 1 && !event) return [];
    if (distinct.length > 1 && isRegular(distinct)) return [];
    const daily = distinct.length > 1 && gaps(distinct).every((gap) => gap === 1);
    const sure = !daily && (event || !counted);
    return [
      finding(
        table.path,
        'day-date',
        sure ? 'question' : 'check',
        `\`${name}\` holds dates to the day: this code does not bring them to the month or week.`,
        {row: 0, column: name},
      ),
    ];
  });
}

/** The first or last days of months, or the same day of the week throughout. */
function isRegular(distinct: readonly string[]): boolean {
  const firsts = distinct.every((day) => day.endsWith('-01'));
  const lasts = distinct.every((day) => nextDay(day).endsWith('-01'));
  return firsts || lasts || gaps(distinct).every((gap) => gap % 7 === 0);
}

function gaps(distinct: readonly string[]): readonly number[] {
  return distinct
    .slice(1)
    .map((day, at) => Math.round((Date.parse(day) - Date.parse(distinct[at] ?? day)) / 86_400_000));
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

function width({table, columns}: TableFacts): readonly CheckFinding[] {
  const most = RULE_NUMBERS.mostColumns.value;
  if (columns.length <= most) return [];
  return [
    finding(
      table.path,
      'wide-table',
      'check',
      `It has ${columns.length} columns. This code could write a long table instead, of at most ${most}.`,
    ),
  ];
}

/** Cells such as `12 (34%)`, asked about once for each column. */
function twoStatistics({table}: TableFacts): readonly CheckFinding[] {
  return table.columns.flatMap((name, index) => {
    const rows = table.rows.flatMap((cells, row) =>
      holdsTwoStatistics(cells[index] ?? null) ? [row] : [],
    );
    const [row] = rows;
    if (row === undefined) return [];
    return [
      finding(
        table.path,
        'two-statistics',
        'question',
        `\`${name}\` holds two statistics in one cell, such as \`${table.rows[row]?.[index]?.trim() ?? ''}\` (${formatPlural(rows.length, 'cell')}): this code could write each to a column of its own.`,
        {row, column: name},
      ),
    ];
  });
}

/** Rates and figures in a table that has no counts at all. */
function withoutCounts({table, columns, counts, statistics}: TableFacts): readonly CheckFinding[] {
  const rates = columns.filter(({meaning, numeric}) => numeric && meaning === 'rate');
  if (counts.length > 0 || statistics !== null || rates.length === 0 || table.rows.length === 0)
    return [];
  if (columns.some(({name}) => midpointName(name) !== null)) return [];
  return [
    finding(
      table.path,
      'no-counts',
      'check',
      `${list(rates)} ${rates.length === 1 ? 'is' : 'are'} given without the counts behind ${rates.length === 1 ? 'it' : 'them'}.`,
      {column: rates[0]?.name ?? ''},
    ),
  ];
}

function list(columns: readonly TableColumn[]): string {
  const names = columns.map(({name}) => `\`${name}\``);
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and others`;
}
