import failures from '../../electron/failures/RULES.md?raw';
import provenance from '../../electron/provenance/RULES.md?raw';
import ready from '../../electron/ready/RULES.md?raw';
import runs from '../../electron/runs/RULES.md?raw';
import study from '../../electron/study/RULES.md?raw';
import changes from '../../electron/update/CHANGES.md?raw';
import readme from '../../README.md?raw';
import {COMMAND_IDS, commandEntry} from '../../shared/commandTable';
import {allKeysOf} from '../commands/keys';

/** A paragraph, an item of a list or a row of a table. */
export interface HelpEntry {
  /** The heading that it stands under in its part; empty where it stands under none. */
  readonly heading: string;
  /** What a row of a table is about; null for other text. */
  readonly term: string | null;
  /** With code between backticks. */
  readonly text: string;
}

/** Entries under one title. */
export interface HelpPart {
  readonly title: string;
  readonly entries: readonly HelpEntry[];
}

/** The sections of the README that are for its users, once it is installed. */
const README_PARTS = [
  ...['What leaves this computer', 'Glossary', 'What you can do', 'Troubleshooting'],
  'Where things are stored',
];

/** All help there is: the table of commands, and the texts that stand beside the code. */
export function helpParts(): readonly HelpPart[] {
  const sections = entriesOf(readme);
  return [
    {title: 'Keys', entries: keyEntries()},
    ...README_PARTS.map((title) => ({
      title,
      entries: sections
        .filter(({heading}) => heading === title)
        .map((entry) => ({...entry, heading: ''})),
    })),
    {title: 'Rules of project.yaml', entries: entriesOf(study)},
    {title: 'Rules of running', entries: entriesOf(runs)},
    {title: 'Rules of what is up to date', entries: entriesOf(provenance)},
    {title: 'Ready for the server', entries: entriesOf(ready)},
    {title: 'Known failures', entries: entriesOf(failures)},
  ];
}

/** What came with each version, the newest first. */
export function changeEntries(): readonly HelpEntry[] {
  return entriesOf(changes).filter(({heading}) => /^\d/.test(heading));
}

function keyEntries(): readonly HelpEntry[] {
  return COMMAND_IDS.flatMap((id) => {
    const keys = allKeysOf(id);
    const {words, note} = commandEntry(id);
    const term = [words, note ?? []].flat().join('; ');
    return keys.length === 0
      ? []
      : [{heading: '', term, text: keys.map((key) => `\`${key}\``).join(' or ')}];
  });
}

/** The parts with only those entries that have every word of a query. */
export function findHelp(parts: readonly HelpPart[], query: string): readonly HelpPart[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return parts
    .map(({title, entries}) => ({
      title,
      entries: entries.filter(({heading, term, text}) => {
        const all = `${title} ${heading} ${term ?? ''} ${text}`.toLowerCase();
        return words.every((word) => all.includes(word));
      }),
    }))
    .filter(({entries}) => entries.length > 0);
}

/** The entries of a text in Markdown; pictures, comments and blocks of code are left out. */
export function entriesOf(markdown: string): readonly HelpEntry[] {
  const entries: HelpEntry[] = [];
  let heading = '';
  let columns: readonly string[] = [];
  const text = markdown.replace(/```[\s\S]*?```|<!--[\s\S]*?-->|!\[[^\]]*\]\([^)]*\)/g, '');
  for (const block of text.split(/\n{2,}|\n(?=- |\||#+ )/)) {
    const line = block.trim().replace(/\s*\n\s*/g, ' ');
    if (!line.startsWith('|')) columns = [];
    if (line === '' || /^[|: -]+$/.test(line)) continue;
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    else if (!line.startsWith('|'))
      entries.push({heading, term: null, text: plain(line.replace(/^- /, ''))});
    else if (columns.length === 0) columns = cellsOf(line);
    else entries.push({heading, ...rowOf(cellsOf(line), columns)});
  }
  return entries;
}

function rowOf(
  cells: readonly string[],
  columns: readonly string[],
): Pick<HelpEntry, 'term' | 'text'> {
  // a row may begin with its number
  const first = /^\d*$/.test(cells[0] ?? '') ? 1 : 0;
  const rest = cells.map((cell, at) => ({cell, column: columns[at] ?? ''})).slice(first + 1);
  const named = rest.length > 2;
  return {
    term: cells[first] ?? '',
    text: rest
      .filter(({cell}) => cell !== '')
      .map(({cell, column}) => (named ? `${column}: ${cell}` : cell))
      .join(' · '),
  };
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim().replaceAll('\\|', '|')));
}

/** Without links and bold type; what is code stays as it is. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .split('`')
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll('**', '')))
    .join('`');
}
