import type {CheckedTable} from './checkedTable';

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
export function htmlTables(path: string, html: string): readonly CheckedTable[] {
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
export function plainText(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|nbsp|#39|le|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}
