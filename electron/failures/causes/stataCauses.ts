import type {KnownFailure, CauseWords} from '../failureFacts';

interface StataCause {
  readonly rule: string;
  /** The number in `r(…);`. */
  readonly code: number;
  readonly message: RegExp;
  readonly say: (match: RegExpExecArray) => CauseWords;
}

/** Known failures of Stata; its messages were transcribed, as Stata does not run without a licence. */
export const STATA_CAUSES: readonly StataCause[] = [
  {
    rule: 'stata-variable',
    code: 111,
    message: /^variable (\w+) not found$/,
    say: ([, name = '']) => ({
      title: `There is no variable \`${name}\`.`,
      remedies: [
        'Compare the name with `describe`; names that are read from a CSV file become lower case unless `case(preserve)` is given.',
      ],
      subject: {kind: 'columns', names: [name]},
      search: [name],
    }),
  },
  {
    rule: 'stata-graph',
    code: 111,
    message: /^translator Graph2(png|gif|jpg|pdf|wmf) not found$/,
    say: ([, format = '']) => ({
      title: `Stata can't write a graph as ${format} here: that needs a screen.`,
      remedies: [
        'Export it as `.svg`, `.eps` or `.tif`; an action in R or Python can make a PNG of that.',
      ],
      search: ['graph export'],
    }),
  },
  {
    rule: 'stata-not-found',
    code: 111,
    message: /^(?:no variables defined|(\w+) not found)$/,
    say: ([, name]) => ({
      title: name === undefined ? 'No data are in memory.' : `Nothing is called \`${name}\`.`,
      remedies: [
        name === undefined
          ? 'Read data first, with `use` or `import delimited`.'
          : 'Check the spelling, and that it is made before that line.',
      ],
      ...(name === undefined ? {} : {search: [name]}),
    }),
  },
  {
    rule: 'stata-file',
    code: 601,
    message: /^file (.+) not found$/,
    say: ([, path = '']) => ({
      title: `\`${path}\` wasn't found.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'input', path},
      search: [path],
    }),
  },
  {
    rule: 'stata-file-exists',
    code: 602,
    message: /^file (.+) already exists$/,
    say: ([, path = '']) => ({
      title: `\`${path}\` is there already, and Stata overwrites nothing unasked.`,
      remedies: ['Add the option `replace`.'],
      search: [path],
    }),
  },
  {
    rule: 'stata-file-open',
    code: 603,
    message: /^file (.+) could not be opened$/,
    say: ([, path = '']) => ({
      title: `\`${path}\` could not be opened.`,
      remedies: [
        'Make its folder first, with `capture mkdir`: jobs start with only your code and their inputs.',
      ],
      search: [path],
    }),
  },
  {
    rule: 'stata-command',
    code: 199,
    message: /^(?:command (\S+) is unrecognized|unrecognized command: +(\S+))$/,
    say: ([, name, older]) => ({
      title: `Stata has no command \`${name ?? older ?? ''}\`.`,
      remedies: [
        'Check the spelling. Commands of others are not in the image: keep their `.ado` files in the study, where `adopath` finds them.',
      ],
      search: [name ?? older ?? ''],
    }),
  },
  {
    rule: 'stata-option',
    code: 198,
    message: /^option (\S+) not allowed$/,
    say: ([, name = '']) => ({
      title: `The command does not take the option \`${name}\`.`,
      remedies: [
        "Compare it with the command's help; a comma that is missing or too many makes options of other words.",
      ],
    }),
  },
  {
    rule: 'stata-syntax',
    code: 198,
    message: /^(invalid syntax|invalid '.+'|.+ invalid name)$/,
    say: ([, what = '']) => ({
      title: `Stata did not understand a command: ${what}.`,
      remedies: [
        'Look at the command above that line; an empty macro or a quote that is missing is the usual reason.',
      ],
    }),
  },
  {
    rule: 'stata-types',
    code: 109,
    message: /^type mismatch$/,
    say: () => ({
      title: 'Text and numbers were mixed.',
      remedies: [
        'Turn text to numbers with `destring` or `encode`, or put the value it is compared with in quotes.',
      ],
    }),
  },
  {
    rule: 'stata-string-not-allowed',
    code: 109,
    message: /^string variables not allowed in varlist;$/,
    say: () => ({
      title: 'A variable is text, and the command takes numbers only.',
      remedies: ['Turn it to numbers with `destring` or `encode`.'],
    }),
  },
  {
    rule: 'stata-not-unique',
    code: 459,
    message:
      /^variables? (.+?) (?:does|do) not uniquely identify observations in the (master|using) data$/,
    say: ([, names = '', side = '']) => ({
      title: `\`${names}\` repeats in the ${side} data of the merge.`,
      remedies: [
        'Look at `duplicates report`, and drop or collapse what repeats, or merge m:1 or 1:m if that is meant.',
      ],
    }),
  },
  {
    rule: 'stata-defined',
    code: 110,
    message: /^variable (\w+) already defined$/,
    say: ([, name = '']) => ({
      title: `The variable \`${name}\` is there already.`,
      remedies: ['Use `replace` instead of `generate`, or drop it first.'],
      search: [name],
    }),
  },
  {
    rule: 'stata-no-observations',
    code: 2000,
    message: /^no observations$/,
    say: () => ({
      title:
        'Nothing is left to be analysed: no observation has all the values that the command needs.',
      remedies: [
        'Count what is left after each `keep`, `drop` and `if`; dummy data may have no such patients.',
      ],
    }),
  },
  {
    rule: 'stata-memory',
    code: 950,
    message: /^(?:op\. sys\. refuses to provide memory|insufficient memory)$/,
    say: () => ({
      title: 'Stata ran out of memory.',
      remedies: ['Keep only the variables that are needed, and `compress` the data.'],
      button: 'limits',
    }),
  },
];

/** Stata does not start, and so ends without a return code. */
function licenceFailure(lines: readonly string[], at: number): KnownFailure | null {
  if (!/^Cannot find license file$/.test(lines[at] ?? '')) return null;
  return {
    rule: 'stata-licence',
    title: 'Stata found no licence.',
    at,
    place: null,
    remedies: [
      'Log in to GitHub on this computer with git as a member of OpenSAFELY, or set `STATA_LICENSE`.',
    ],
    button: 'doctor',
  };
}

/** How far above the code its message is. */
const LINES_ABOVE = 6;

/** The known failure of a Stata script, whose log ends with its return code; null for any other. */
export function stataFailure(lines: readonly string[]): KnownFailure | null {
  // batch mode prints the end of the do-file after the code
  let last = lines.length - 1;
  while (last >= 0 && /^(?:\s*|end of do-file)$/.test(lines[last] ?? '')) last -= 1;
  const [, code] = /^r\((\d+)\);$/.exec(lines[last] ?? '') ?? [];
  if (code === undefined) return licenceFailure(lines, last);
  let at = last - 1;
  for (; at >= Math.max(0, last - LINES_ABOVE); at -= 1) {
    const line = lines[at] ?? '';
    for (const {rule, code: known, message, say} of STATA_CAUSES) {
      const match = known === Number(code) ? message.exec(line) : null;
      if (match !== null) return {rule, at, place: null, ...say(match)};
    }
  }
  return null;
}
