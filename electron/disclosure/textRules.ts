import {groupBy} from '../../shared/groupBy';
import type {CheckFinding} from '../../shared/check';
import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {dayOf} from './cellValue';
import {finding, type CheckedTable} from './checkedTable';
import {checkTable} from './checkTable';
import {identifierOf, isEventName, meaningOf, midpointName} from './columnNames';
import {isMidpoint} from './countRules';

const SMALL = RULE_NUMBERS.redactUpTo.value;
const ROUND = RULE_NUMBERS.roundTo.value;
const SHOWN = RULE_NUMBERS.shownPerColumn.value;

/** A JSON file: its numbers are judged by the keys above them. Null where the text is no JSON. */
export function jsonFindings(path: string, text: string): readonly CheckFinding[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const found: CheckFinding[] = [];
  walkJson(value, '', '', (place, key, leaf) => {
    found.push(...leafFindings(path, place, key, leaf));
  });
  return upTo(path, found);
}

/** The first findings of each rule, and how many more there are. */
function upTo(path: string, found: readonly CheckFinding[]): readonly CheckFinding[] {
  return [...groupBy(found, ({rule}) => rule)].flatMap(([rule, all]) => {
    const [first] = all;
    const more = all.length - SHOWN;
    if (more <= 0 || first === undefined) return all;
    const words = `There are ${more} more places like these; the first ${SHOWN} are listed.`;
    return [...all.slice(0, SHOWN), finding(path, rule, first.level, words)];
  });
}

function walkJson(
  value: unknown,
  place: string,
  key: string,
  visit: (place: string, key: string, leaf: string | number) => void,
): void {
  if (typeof value === 'string' || typeof value === 'number') visit(place, key, value);
  else if (Array.isArray(value))
    value.forEach((each, at) => walkJson(each, `${place}[${at}]`, key, visit));
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value))
      walkJson(each, place === '' ? name : `${place}.${name}`, name, visit);
}

function leafFindings(
  path: string,
  column: string,
  key: string,
  leaf: string | number,
): readonly CheckFinding[] {
  const at = {column};
  if (identifierOf(key) === 'patient')
    return [
      finding(
        path,
        'identifier',
        'question',
        `\`${key}\` identifies patients. Leave it out of files for level 4.`,
        at,
      ),
    ];
  if (typeof leaf === 'string')
    return dayOf(leaf) !== null && isEventName(key)
      ? [finding(path, 'day-date', 'check', `\`${key}\` holds a date to the day.`, at)]
      : [];
  const meaning = meaningOf(key);
  if (meaning === 'extreme')
    return [
      finding(
        path,
        'min-max',
        'question',
        `\`${key}\` shows the lowest or highest value, which is often of a single patient: this code does not leave it out.`,
        at,
      ),
    ];
  const midpoint = midpointName(key);
  if ((meaning !== 'count' && midpoint === null) || !Number.isInteger(leaf) || leaf <= 0) return [];
  if (midpoint !== null)
    return isMidpoint(leaf) || (midpoint === 'derived' && leaf % 3 === 0)
      ? []
      : [
          finding(
            path,
            'unrounded-count',
            'question',
            `\`${key}\` is ${leaf}: this code does not round it to midpoint 6, as its name says.`,
            at,
          ),
        ];
  if (leaf <= SMALL)
    return [
      finding(
        path,
        'small-count',
        'question',
        `\`${key}\` has ${leaf}: counts of 1 to ${SMALL} must be suppressed.`,
        at,
      ),
    ];
  return leaf % ROUND === 0
    ? []
    : [
        finding(
          path,
          'unrounded-count',
          'question',
          `\`${key}\` has ${leaf}: counts should be rounded to ${ROUND}.`,
          at,
        ),
      ];
}

/** An HTML page: that it is one, its tables, and what makes it hard to check. */
export function htmlFindings(path: string, html: string): readonly CheckFinding[] {
  const tables = htmlTables(path, html).flatMap((table) => checkTable(table).findings);
  const softened = tables.map((each): CheckFinding => {
    const identifies = each.rule === 'identifier' || each.rule === 'small-count';
    // what a page holds is often a picture of a table, cut and joined
    return each.level === 'question' && !identifies ? {...each, level: 'check'} : each;
  });
  const scripts = /<script\b/i.test(html)
    ? [
        finding(
          path,
          'hard-to-check',
          'check',
          'The page holds scripts: this code does not strip them, and checkers read the page’s source.',
        ),
      ]
    : [];
  return [
    ...softened,
    ...scripts,
    finding(
      path,
      'html-page',
      'question',
      'HTML pages are no longer released without asking. Write each table and figure to its own file, such as CSV and PNG, or ask the output checkers before you request it.',
    ),
  ];
}

/** Text, Markdown and logs: what can be found without knowing its layout. */
export function plainTextFindings(path: string, text: string): readonly CheckFinding[] {
  const found: CheckFinding[] = [];
  text.split(/\r\n|[\r\n]/).forEach((line, row) => {
    const named = /(?:^|[^\w])(patient_id|nhs_number|nhs_no)(?:[^\w]|$)/i.exec(line)?.[1];
    if (named !== undefined)
      found.push(
        finding(
          path,
          'identifier',
          'check',
          `The line names \`${named}\`. Look whether it shows any.`,
          {row},
        ),
      );
    for (const [, counted = ''] of line.matchAll(/(?:^|[^\w.])[nN]\s*=\s*(\d+)(?![\d.,])/g)) {
      const value = Number(counted);
      if (value >= 1 && value <= SMALL)
        found.push(
          finding(
            path,
            'small-count',
            'check',
            `This line has n = ${value}: small counts must be suppressed in text too.`,
            {row},
          ),
        );
      else if (value > SMALL && value % ROUND !== 0 && !isMidpoint(value))
        found.push(
          finding(
            path,
            'unrounded-count',
            'check',
            `This line has n = ${value}: counts should be rounded in text too.`,
            {row},
          ),
        );
    }
  });
  const shown = [...upTo(path, found)];
  if (/\.log$/i.test(path))
    shown.push(
      finding(
        path,
        'hard-to-check',
        'info',
        'Logs are let out in exceptional cases only, cut to what is needed.',
      ),
    );
  return shown;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
  '&le;': '≤',
  '&amp;': '&',
};

/** The tables of an HTML page, row by row: enough to look for counts in them, never to show them. */
function htmlTables(path: string, html: string): readonly CheckedTable[] {
  const bodies = [...html.matchAll(/<table\b[^>]*>([\s\S]*?)<\/table>/gi)].map(
    ([, body = '']) => body,
  );
  return bodies.flatMap((body, at): readonly CheckedTable[] => {
    const [header, ...rows] = [
      ...body.matchAll(/<tr\b[^>]*>([\s\S]*?)(?=<tr\b|<\/tbody|<\/thead|$)/gi),
    ]
      .map(([, row = '']) => cellsOf(row))
      .filter((cells) => cells.length > 0);
    if (header === undefined || rows.length === 0) return [];
    const width = Math.max(header.length, ...rows.map(({length}) => length));
    const columns = Array.from(
      {length: width},
      (_, index) => header[index] ?? `column ${index + 1}`,
    );
    return [{path, columns, rows, within: bodies.length === 1 ? 'its table' : `table ${at + 1}`}];
  });
}

function cellsOf(row: string): readonly string[] {
  return [...row.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)(?=<\/t[hd]>|<t[hd]\b|<\/tr|$)/gi)].map(
    ([, cell = '']) => plainText(cell),
  );
}

/** A piece of HTML without its tags. */
function plainText(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|nbsp|#39|le|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}
