import type {DefinitionProblem} from '../../shared/dataset';
import {formatList} from '../../shared/format';

/** A call that reads a codelist, with its arguments written out. */
export interface CodelistCall {
  /** Relative to the study. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly line: number;
}

const TEXT = String.raw`\s*(?:"([^"\\\n]+)"|'([^'\\\n]+)')\s*`;
const CALL = new RegExp(
  String.raw`\bcodelist_from_csv\(${TEXT},\s*column\s*=${TEXT}(?:,\s*category_column\s*=${TEXT})?,?\s*\)`,
  'g',
);

const IMPORT = /^(?:from\s+([\w.]+)\s+import\s+(?:\(([^)]*)\)|([\w, ]+|\*))|import\s+([\w., ]+))/gm;

/** What a file in Python says for sure without being run: what is computed, or only written in a comment, is left out. */
export function readDefinitionText(text: string): {
  readonly codelists: readonly CodelistCall[];
  /** Modules that it imports, as paths below a folder on the module path, without `.py`. */
  readonly imports: readonly string[];
  /** Of the first `dataset.add_event_table` that is always called. */
  readonly eventTable: number | null;
} {
  const code = withoutComments(text);
  const lineOf = (index: number): number => code.slice(0, index).split('\n').length;
  const codelists = [...code.matchAll(CALL)].map((call) => {
    // each is in double quotes or in single ones
    const [, a, b, c, d, e, f] = call as readonly (string | undefined)[];
    const file = a ?? b ?? '';
    const columns = [c ?? d, e ?? f].filter((column) => column !== undefined);
    return {file, columns, line: lineOf(call.index)};
  });
  const imports = [...code.matchAll(IMPORT)]
    .flatMap(([, from, inBrackets, inLine, names]: readonly (string | undefined)[]) =>
      from === undefined
        ? (names ?? '').split(',')
        : // what is imported from a folder is a module of it
          [
            from,
            ...(inBrackets ?? inLine ?? '').split(',').map((name) => `${from}.${name.trim()}`),
          ],
    )
    .map((name) => (name.trim().split(/\s/)[0] ?? '').replaceAll('.', '/'))
    .filter((name) => /^\w[\w/]*\w$|^\w$/.test(name));
  const events = /^dataset\.add_event_table\(/m.exec(code);
  return {codelists, imports, eventTable: events === null ? null : lineOf(events.index)};
}

/** Comments as blanks, so that places stay; a `#` in a text may be taken for one, and the rest of its line is then not read. */
function withoutComments(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/#[^\n]*/g, (comment) => ' '.repeat(comment.length));
}

/** What is wrong with a call; `header` are the columns of its file, null where there is none. */
export function codelistProblems(
  at: string,
  {file, columns, line}: CodelistCall,
  header: readonly string[] | null,
): readonly DefinitionProblem[] {
  const place = {file: at, line};
  if (header === null)
    return [
      {
        rule: 'D-CODELIST-FILE',
        message: `There is no codelist \`${file}\`.`,
        hint: 'Name the file from the study’s folder, or download the codelists: `opensafely codelists update`.',
        ...place,
      },
    ];
  return columns
    .filter((column) => !header.includes(column))
    .map((column) => ({
      rule: 'D-CODELIST-COLUMN' as const,
      message: `The codelist \`${file}\` has no column \`${column}\`.`,
      hint: header.length === 0 ? 'It is empty.' : `It has ${formatList(header, 6)}.`,
      ...place,
    }));
}

/** An event-level definition whose run line has it written into one file. */
export function eventOutputProblem(
  file: string,
  line: number | null,
  output: string | null,
): readonly DefinitionProblem[] {
  if (output === null || !/[^/:]\.(?:csv|csv\.gz|arrow)$/.test(output)) return [];
  return [
    {
      rule: 'D-EVENT-OUTPUT',
      message: `\`--output ${output}\` is one file, and the definition has event tables: ehrQL writes a folder.`,
      hint: `Name a folder and a format, such as \`--output ${output.replace(/\.(csv|csv\.gz|arrow)$/, ':$1')}\`, and list its files as outputs.`,
      file,
      line,
    },
  ];
}
