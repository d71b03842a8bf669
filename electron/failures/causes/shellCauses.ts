import type {KnownFailure, CauseWords} from '../failureFacts';
import {plainQuotes} from './messageWords';

interface ShellCause {
  readonly rule: string;
  /** Exit codes that go with it; the shell passes on those of the programs it runs. */
  readonly exitCodes: readonly number[];
  /** The last line that was printed, or one of the last `within`. */
  readonly message: RegExp;
  readonly within?: number;
  readonly say: (match: RegExpExecArray) => CauseWords;
}

const SHELL = String.raw`(?:\S+: )?(?:\/bin\/)?(?:sh|bash|dash|\S+\.sh)`;
const AT_LINE = String.raw`(?:: (?:line )?\d+)?`;

/** Known failures of shells and of the usual commands. */
export const SHELL_CAUSES: readonly ShellCause[] = [
  {
    rule: 'sh-line-ends',
    exitCodes: [1, 2, 126, 127],
    // every line of such a script fails in its own way
    within: 5,
    message:
      /^(?:env: )?.*?(?:'(\w+)\\r'|\$'([^']*)\\r').*(?:No such file or directory|command not found|invalid option)/,
    say: () => ({
      title: 'The script has line ends of Windows, which the shell takes for part of each command.',
      remedies: [
        'Save the script with line ends of Unix (LF), and keep them with a `.gitattributes` line: `*.sh text eol=lf`.',
      ],
    }),
  },
  {
    rule: 'sh-script',
    exitCodes: [2, 127],
    message: new RegExp(
      `^${SHELL}(?:: \\d+)?: (?:cannot open )?(\\S+\\.sh)(?:: No such file or directory|: No such file)$`,
    ),
    say: ([, path = '']) => ({
      title: `The script \`${path}\` is not in the study.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'script', path},
      button: 'project',
    }),
  },
  {
    rule: 'sh-command',
    exitCodes: [127],
    message: new RegExp(`^${SHELL}${AT_LINE}: (?:exec: )?(\\S+): (?:command )?not found$`),
    say: ([, name = '']) => ({
      title: `The image has no program \`${name}\`.`,
      remedies: ['Check the spelling, and the image: only what is in it can be run.'],
      button: 'shell',
      search: [name],
    }),
  },
  {
    rule: 'sh-pip',
    exitCodes: [1],
    message: /^ERROR: No matching distribution found for (\S+)$/,
    say: ([, name = '']) => ({
      title: `\`${name}\` can't be installed: jobs have no network.`,
      remedies: [
        'Take `pip install` out: only packages of the image can be used. Use another that it has, or ask OpenSAFELY to add it.',
      ],
      subject: {kind: 'package'},
      button: 'shell',
    }),
  },
  {
    rule: 'sh-not-executable',
    exitCodes: [126],
    message: new RegExp(`^${SHELL}${AT_LINE}: (\\S+): Permission denied$`),
    say: ([, path = '']) => ({
      title: `\`${path}\` may not be run as a program.`,
      remedies: [
        `Name the program that is to run it, such as \`bash ${path}\`, or make it executable with \`chmod +x\` and commit that.`,
      ],
    }),
  },
  {
    rule: 'sh-file',
    exitCodes: [1, 2],
    message:
      /^(?:\/usr\/bin\/)?(?:cat|head|tail|wc|sort|cut|grep|sed|awk|gzip|gunzip|zcat|ls): (?:cannot (?:open|access) )?'?([^':]+?)'?(?: for reading)?: No such file or directory$/,
    say: ([, path = '']) => ({
      title: `\`${path}\` wasn't found.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'input', path},
      search: [path],
    }),
  },
  {
    rule: 'sh-copy',
    exitCodes: [1],
    message: /^(?:cp|mv|ln): cannot stat '(.+)': No such file or directory$/,
    say: ([, path = '']) => ({
      title: `The file \`${path}\` was not there to be copied.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'input', path},
      search: [path],
    }),
  },
  {
    rule: 'sh-folder',
    exitCodes: [1, 2],
    message: new RegExp(
      `^${SHELL}${AT_LINE}: (?:cannot create )?(\\S+\\/\\S+): (?:Directory nonexistent)$`,
    ),
    say: ([, path = '']) => ({
      title: `The folder \`${path.slice(0, path.lastIndexOf('/'))}\` does not exist, so nothing can be written into it.`,
      remedies: [`Make it first: \`mkdir -p ${path.slice(0, path.lastIndexOf('/'))}\`.`],
    }),
  },
  {
    // bash says the same of a file to be read by `<` and of one to be written by `>`; of a command the code would be 127
    rule: 'sh-redirect',
    exitCodes: [1],
    message: new RegExp(`^${SHELL}: line \\d+: (\\S+\\/\\S+): No such file or directory$`),
    say: ([, path = '']) => ({
      title: `The shell could not open \`${path}\`: it is not there to be read, or its folder is not there to be written into.`,
      remedies: [
        `Where it is written by \`>\`, make its folder first: \`mkdir -p ${path.slice(0, path.lastIndexOf('/'))}\`.`,
      ],
      subject: {kind: 'input', path},
      search: [path],
    }),
  },
  {
    rule: 'sh-syntax',
    exitCodes: [2],
    message: /^(\S+): (?:line )?(\d+): (?:Syntax error: |syntax error near )(.+)$/,
    say: ([, , , what = '']) => ({
      title: `The script can't be read by the shell: ${what}.`,
      remedies: [
        'Look at that line and above it for a quote, a bracket, `then`, `do`, `fi` or `done` that is missing.',
      ],
    }),
  },
  {
    rule: 'sh-disk',
    exitCodes: [1, 2],
    message: /: No space left on device$/,
    say: () => ({
      title: 'The disk is full.',
      remedies: ['Free space where the container engine keeps its data, or write less.'],
      button: 'clean-up',
    }),
  },
];

/** The known failure of a shell command, by the last line that was printed; null for any other. */
export function shellFailure(
  lines: readonly string[],
  exitCode: number | null,
): KnownFailure | null {
  const last = lines.length - 1;
  if (exitCode === null) return null;
  for (const {rule, exitCodes, message, within = 1, say} of SHELL_CAUSES) {
    if (!exitCodes.includes(exitCode)) continue;
    for (let at = last; at > last - within; at -= 1) {
      const match = message.exec(plainQuotes(lines[at] ?? ''));
      if (match === null) continue;
      return {rule, at, place: rule === 'sh-syntax' ? placeOf(match) : null, ...say(match)};
    }
  }
  return null;
}

function placeOf([, path = '', line = '']: RegExpExecArray): KnownFailure['place'] {
  return /\.sh$/.test(path) ? {path: path.replace(/^\/workspace\//, ''), line: Number(line)} : null;
}
