import type {KnownFailure, CauseWords} from '../failureFacts';
import {plainQuotes} from './messageWords';
import type {RCause} from './rCause';
import {rEnding, type REnding} from './rEnding';
import {R_TABLE_CAUSES} from './rTableCauses';

function fileMissing(path: string): CauseWords {
  return {
    title: `\`${path}\` wasn't found.`,
    remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
    subject: {kind: 'input', path},
    search: [path],
  };
}

function folderMissing(path: string): CauseWords {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return {
    title: `The folder \`${folder}\` does not exist, so nothing can be written into it.`,
    remedies: [
      `Make it first: \`dir.create("${folder}", recursive = TRUE, showWarnings = FALSE)\`.`,
      "Jobs start with only your code and their inputs; other folders on your disk aren't there.",
    ],
    search: [path],
  };
}

const NOT_OPENED = /^cannot open the connection$/m;
const OPENED =
  /cannot open (?:compressed )?file '([^']+)'(?:: |, probable reason ')No such file or directory/;
const pathOf = ({warnings}: REnding): string => OPENED.exec(warnings)?.[1] ?? '';

/** The connection was opened for writing, by the call that R shows. */
const writes = ({call, calls}: REnding): boolean =>
  /"w[bt]?"|ifelse\(append|, mode\)/.test(call) ||
  /\b(write\S*|saveRDS|save|sink|cat|writeLines|ggsave|png|pdf|fwrite) ->/.test(calls);

/** Functions that come with tidyverse, and so are forgotten to be attached. */
const PIPE = '%>%';

/** Known failures of R itself, the special ones first. */
const PLAIN_CAUSES: readonly RCause[] = [
  {
    rule: 'r-object',
    message: /^object '(.+?)' not found$/m,
    when: ({message}) => !/^Caused by/m.test(message),
    say: ([, name = '']) => ({
      title: `Nothing is called \`${name}\`.`,
      remedies: [
        'Check the spelling, and that it is made before that line; a column has to be asked for with its table.',
      ],
      subject: {kind: 'name', name},
      search: [name],
    }),
  },
  {
    rule: 'r-package',
    message: /^there is no package called '(.+?)'$/m,
    say: ([, name = '']) => ({
      title: `The package \`${name}\` is not in the image.`,
      remedies: [
        'Only packages of the image can be used, and none can be installed: use another that it has, or ask OpenSAFELY to add it.',
        'Check the version after the image: a newer one may have it.',
      ],
      subject: {kind: 'package'},
      search: [name],
      button: 'shell',
    }),
  },
  {
    rule: 'r-folder',
    message: NOT_OPENED,
    when: (ending) =>
      writes(ending) && pathOf(ending).includes('/') && !pathOf(ending).startsWith('/'),
    say: (_, ending) => folderMissing(pathOf(ending)),
  },
  {
    rule: 'r-folder',
    message: /^Cannot open file for writing:\n\* '(.+\/.+)'$/m,
    say: ([, path = '']) => folderMissing(path),
  },
  {
    rule: 'r-source',
    message: NOT_OPENED,
    when: (ending) => /\bsource ->|^source/.test(ending.calls) && pathOf(ending) !== '',
    say: (_, ending) => ({
      title: `The script \`${pathOf(ending)}\` is not in the study.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'script', path: pathOf(ending)},
      search: [pathOf(ending)],
    }),
  },
  {
    rule: 'r-file',
    message: NOT_OPENED,
    when: (ending) => !writes(ending) && pathOf(ending) !== '',
    say: (_, ending) => fileMissing(pathOf(ending)),
  },
  {
    rule: 'r-file',
    message: /^'(.+?)' does not exist in current working directory \('.*'\)\.$/m,
    say: ([, path = '']) => fileMissing(path),
  },
  {
    rule: 'r-file',
    message: /^File '(.+?)' does not exist or is non-readable\./m,
    say: ([, path = '']) => fileMissing(path),
  },
  {
    rule: 'r-permission',
    message: NOT_OPENED,
    when: ({warnings}) =>
      /cannot open (?:compressed )?file '\/(?!workspace\/).+'(?:: |, probable reason ')Permission denied/.test(
        warnings,
      ),
    say: (_, {warnings}) => ({
      title: `A job may not open \`${/file '([^']+)'/.exec(warnings)?.[1] ?? ''}\`.`,
      remedies: [
        'Read and write below the study, such as in `output/`; files elsewhere would be lost with the container anyway.',
      ],
      search: [/file '([^']+)'/.exec(warnings)?.[1] ?? ''],
    }),
  },
  {
    rule: 'r-network',
    message: /^cannot open (?:the connection to|URL) '(https?:.+?)'$/m,
    say: ([, address = '']) => ({
      title: 'The script asks the network, which jobs do not have.',
      remedies: [
        'Download what it needs beforehand and keep it in the study, as far as that is allowed.',
      ],
      search: [address],
    }),
  },
  {
    rule: 'r-pipe',
    message: /^could not find function "%>%"$/m,
    say: () => ({
      title: 'The pipe `%>%` is not known: no package that has it was attached.',
      remedies: [
        'Add `library(dplyr)` or `library(magrittr)` at the top, or use the pipe of R itself, `|>`.',
      ],
      search: [PIPE],
    }),
  },
  {
    rule: 'r-function',
    message: /^could not find function "(.+?)"$/m,
    say: ([, name = '']) => ({
      title: `There is no function \`${name}\`.`,
      remedies: [
        'Check the spelling, and that the package is attached with `library()` or the script that defines it is read with `source()`.',
      ],
      search: [`${name}(`],
    }),
  },
  {
    rule: 'r-parse',
    // code made at run time is no script
    when: ({call}) => call === '' || /^(?:sys\.)?source\(/.test(call),
    message:
      /^(?:.*?: )?unexpected (symbol|string constant|numeric constant|'.+?'|end of input|input|assignment|SPECIAL)/,
    say: ([, what = ''], {message}) => ({
      title: `The script can't be read as R: unexpected ${what}.`,
      remedies: [
        'Look at that place, and just before it, for a comma, a bracket or a quote that is missing or too many.',
      ],
      search: [message.split('\n').at(-1)?.replace(/^"|"$/g, '') ?? ''],
    }),
  },
  {
    rule: 'r-memory',
    message: /^cannot allocate vector of size ([\d.]+ \w+)$/m,
    say: ([, size = '']) => ({
      title: `R ran out of memory: it asked for ${size} at once.`,
      remedies: [
        'Read fewer columns or rows, and remove large objects with `rm()` once they are no longer needed.',
        'Where the size looks wrong, look for a table of every pair: a join on keys that repeat, or a distance matrix.',
      ],
      button: 'limits',
    }),
  },
  {
    rule: 'r-number',
    message: /^non-numeric argument to (binary operator|mathematical function)$/m,
    say: (_, {call}) => ({
      title: "A calculation used something that isn't a number.",
      remedies: [
        'Look at its type with `class()`; text that was read as such needs `as.numeric()`, or `col_types` when it is read.',
      ],
      search: [call],
    }),
  },
  {
    rule: 'r-bounds',
    message: /^subscript out of bounds$/m,
    say: (_, {call}) => ({
      title: 'An element was asked for that is beyond the end, or that has no such name.',
      remedies: ['Look at the length and the names of the object before the brackets.'],
      search: [call],
    }),
  },
  {
    rule: 'r-condition-missing',
    message: /^missing value where TRUE\/FALSE needed$/m,
    say: (_, {call}) => ({
      title: 'A condition is missing (`NA`).',
      remedies: ['Ask with `is.na()` first, or use `isTRUE(…)`.'],
      search: [call],
    }),
  },
  {
    rule: 'r-condition-empty',
    message: /^argument is of length zero$/m,
    say: (_, {call}) => ({
      title: 'A condition is empty: what it asks about does not exist or has no values.',
      remedies: [
        'Check that the column or the object exists; `NULL` and empty results have no length.',
      ],
      search: [call],
    }),
  },
  {
    rule: 'r-condition-long',
    message: /^the condition has length > 1$/m,
    say: (_, {call}) => ({
      title: 'A condition has several values, and `if` takes one.',
      remedies: ['Use `any()` or `all()`, or `ifelse()` and `case_when()` for whole columns.'],
      search: [call],
    }),
  },
  {
    rule: 'r-argument-unused',
    message: /^unused arguments? \((.+)\)$/m,
    say: ([, what = ''], {call}) => ({
      title: `\`${call.replace(/\(.*$/s, '')}\` does not take the argument \`${what}\`.`,
      remedies: [
        'Compare the call with the definition; a package in the image may be of another version than yours.',
      ],
      search: [call],
    }),
  },
  {
    rule: 'r-argument-missing',
    message: /^argument "(.+?)" is missing, with no default$/m,
    say: ([, name = ''], {call}) => ({
      title: `The argument \`${name}\` was not given.`,
      remedies: ['Compare the call with the definition of the function.'],
      search: [call],
    }),
  },
  {
    rule: 'r-argument-choice',
    message: /^'arg' (?:should|must) be (?:one of|of length) (.+)$/m,
    say: ([, choices = ''], {call}) => ({
      title: `The argument must be one of ${choices}.`,
      remedies: ['Give one of them, exactly as it is written there.'],
      search: [call],
    }),
  },
  {
    rule: 'r-closure',
    message: /^object of type '(closure|builtin|special)' is not subsettable$/m,
    say: (_, {call}) => ({
      title: `\`${call.replace(/[$[].*$/s, '')}\` is a function, and was used as if it were a table.`,
      remedies: [
        'The table may have another name, or may not have been made: functions of R such as `df`, `data` and `mean` take its place.',
      ],
      search: [call],
    }),
  },
  {
    rule: 'r-atomic',
    message: /^\$ operator is invalid for atomic vectors$/m,
    say: (_, {call}) => ({
      title: 'The object before `$` is a plain vector, not a table or a list.',
      remedies: [
        'Use `[["…"]]` for a named vector, or look where the table became a vector: `df[, 1]` drops the table.',
      ],
      search: [call],
    }),
  },
];

/** Known failures of R scripts; the first that fits counts. */
export const R_CAUSES: readonly RCause[] = [...R_TABLE_CAUSES, ...PLAIN_CAUSES];

const NO_SCRIPT = /^Fatal error: cannot open file '(.+)': No such file or directory$/;

/** The known failure of an R script; null for any other. */
export function rFailure(lines: readonly string[], exitCode: number | null): KnownFailure | null {
  const last = lines.length - 1;
  const [, script] = NO_SCRIPT.exec(plainQuotes(lines[last] ?? '')) ?? [];
  if (script !== undefined && exitCode === 2)
    return {
      rule: 'r-script',
      title: `The script \`${script}\` is not in the study.`,
      at: last,
      remedies: [
        'Check the path in `run`: it is relative to the study folder, and case-sensitive.',
      ],
      place: null,
      subject: {kind: 'script', path: script},
      button: 'project',
    };
  if (exitCode !== 1) return null;
  const ending = rEnding(lines);
  if (ending === null) return null;
  for (const {rule, message, when, say} of R_CAUSES) {
    const match = message.exec(ending.message);
    if (match === null || when?.(ending) === false) continue;
    return {rule, at: ending.at, place: null, ...say(match, ending)};
  }
  return null;
}
