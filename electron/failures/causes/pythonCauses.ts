import type {KnownFailure, CauseWords} from '../failureFacts';
import {PANDAS_CAUSES, usesPandas} from './pandasCauses';
import type {PythonCause} from './pythonCause';
import {pythonEnding, type PythonEnding} from './pythonEnding';

const writes = ({place}: PythonEnding): boolean =>
  /\.to_\w+\(|savefig|\.save|write|mkdir|open\([^)]*,\s*(mode\s*=\s*)?['"][rbt]*[wax]/.test(
    place?.source ?? '',
  );

function folderMissing(folder: string): CauseWords {
  return {
    title: `The folder \`${folder}\` does not exist, so nothing can be written into it.`,
    remedies: [
      `Make it first: \`Path("${folder}").mkdir(parents=True, exist_ok=True)\`, with \`from pathlib import Path\`.`,
      "Jobs start with only your code and their inputs; other folders on your disk aren't there.",
    ],
  };
}

function packageMissing(name: string): CauseWords {
  return {
    title: `The package \`${name}\` is not in the image.`,
    remedies: [
      'Only packages of the image can be used, and none can be installed: use another that it has, or ask OpenSAFELY to add it.',
      'Check the version after the image: a newer one may have it.',
    ],
    subject: {kind: 'module', name},
    button: 'shell',
  };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Known failures of Python itself, the special ones first. */
const PLAIN_CAUSES: readonly PythonCause[] = [
  {
    rule: 'py-key',
    message: /^KeyError: '([^']+)'$/,
    when: (ending) => !usesPandas(ending),
    say: ([, name = '']) => ({
      title: `The key \`${name}\` is not in the dictionary.`,
      remedies: [
        'Compare the key with those that were put in; `.get()` answers `None` for one that is not there.',
      ],
    }),
  },
  {
    rule: 'py-folder',
    message: /^OSError: Cannot save file into a non-existent directory: '(.+)'$/,
    say: ([, folder = '']) => folderMissing(folder),
  },
  {
    rule: 'py-folder',
    message: /^FileNotFoundError: \[Errno 2\] No such file or directory: '(.+\/.+)'$/,
    when: writes,
    say: ([, path = '']) => folderMissing(folderOf(path)),
  },
  {
    rule: 'py-file',
    message: /^FileNotFoundError: \[Errno 2\] No such file or directory: '(.+)'$/,
    when: (ending) => !writes(ending),
    say: ([, path = '']) => ({
      title: `\`${path}\` wasn't found.`,
      remedies: ['Check the path: it is relative to the study folder, and case-sensitive.'],
      subject: {kind: 'input', path},
    }),
  },
  {
    rule: 'py-package',
    message: /^ModuleNotFoundError: No module named '([\w.]+)'/,
    say: ([, name = '']) => packageMissing(name.split('.')[0] ?? name),
  },
  {
    rule: 'py-optional-package',
    message: /^ImportError: Missing optional dependency '([\w.-]+)'/,
    say: ([, name = '']) => packageMissing(name),
  },
  {
    rule: 'py-parquet',
    message: /^ImportError: Unable to find a usable engine; tried using: '(\w+)'/,
    more: /^(?:A suitable version|Trying to import| - Missing optional dependency)/,
    say: ([, name = '']) => packageMissing(name),
  },
  {
    rule: 'py-import-name',
    message: /^ImportError: cannot \w+ name '(\w+)' \w+ '([\w.]+)'/,
    say: ([, name = '', module = '']) => ({
      title: `\`${module}\` has no \`${name}\` that could be imported.`,
      remedies: [
        `Compare the name with what \`${module}\` defines; its version in the image may be another than yours.`,
      ],
    }),
  },
  {
    rule: 'py-tabs',
    message: /^TabError: /,
    say: () => ({
      title: 'Tabs and spaces are mixed at the beginning of lines.',
      remedies: ['Have the editor convert tabs to spaces in the whole file.'],
    }),
  },
  {
    rule: 'py-indent',
    message: /^IndentationError: (.+)$/,
    say: ([, what = '']) => ({
      title: `A line is not indented as it must be: ${what}.`,
      remedies: ['Indent the line as its block is, by four spaces for each level.'],
    }),
  },
  {
    rule: 'py-syntax',
    message: /^SyntaxError: (.+)$/,
    when: ({place}) => place?.isInnermost === true,
    say: ([, what = '']) => ({
      title: `The script can't be read as Python: ${what}.`,
      remedies: [
        'Look at the line, and at the end of the one before it, for a bracket, a quote or a colon that is missing.',
      ],
    }),
  },
  {
    rule: 'py-name',
    message:
      /^NameError: name '(\w+)' is not defined(?:\. Did you mean: '(\w+)'\?|\. Did you forget to \w+ '(\w+)'\??)?/,
    say: ([, name = '', meant, module]) => ({
      title: `Nothing is called \`${name}\` at that line.`,
      remedies: [
        meant !== undefined
          ? `Python suggests \`${meant}\`.`
          : module !== undefined
            ? `Add \`import ${module}\` at the top of the script.`
            : 'Check the spelling, and that it is assigned or imported before that line.',
      ],
      ...(module === undefined ? {subject: {kind: 'name', name}} : {}),
    }),
  },
  {
    rule: 'py-attribute-none',
    message: /^AttributeError: 'NoneType' object has no attribute '(\w+)'/,
    say: ([, name = '']) => ({
      title: `The value before \`.${name}\` is None: nothing was found or returned.`,
      remedies: [
        'Look at where that value comes from: a search without a result, or a function without `return`.',
      ],
    }),
  },
  {
    rule: 'py-attribute-module',
    message:
      /^AttributeError: module '([\w.]+)' has no attribute '(\w+)'(?:\. Did you mean: '(\w+)'\?)?/,
    say: ([, module = '', name = '', meant]) => ({
      title: `The package \`${module}\` has no \`${name}\`.`,
      remedies: [
        meant === undefined
          ? 'Check the spelling, and whether the version of the package in the image has it.'
          : `Python suggests \`${meant}\`.`,
      ],
    }),
  },
  {
    rule: 'py-memory',
    message: /^(?:[\w.]*\._?ArrayMemoryError: Unable to allocate ([\d.]+ \w+) |MemoryError\b)/,
    say: ([, size]) => ({
      title:
        size === undefined
          ? 'Python ran out of memory.'
          : `Python ran out of memory: it asked for ${size} at once.`,
      remedies: [
        'Read fewer columns or rows at a time, or smaller types (`usecols`, `dtype`, `chunksize`).',
        'Where the size looks wrong, look for a table of every pair: a merge on keys that repeat, or a distance matrix.',
      ],
      button: 'limits',
    }),
  },
  {
    rule: 'py-integer',
    message: /^ValueError: invalid literal for int\(\) with base 10: '(.*)'/,
    say: ([, value = '']) => ({
      title: `Expected a whole number but found ${value === '' ? 'empty text' : `\`${value}\``}.`,
      remedies: [
        'Clean the value first; a number with a decimal point has to go through `float` before `int`.',
      ],
    }),
  },
  {
    rule: 'py-encoding',
    message: /^UnicodeDecodeError: '([\w-]+)' codec can't decode byte (0x\w+)/,
    say: ([, codec = '', byte = '']) => ({
      title: `The file that was read is not ${codec} text (byte ${byte}).`,
      remedies: [
        "Give its encoding, such as `encoding='latin-1'`, or save it as UTF-8. A compressed or binary file needs another way to be read.",
      ],
    }),
  },
  {
    rule: 'py-argv',
    message: /^IndexError: list index out of range$/,
    when: ({place}) => /\bargv\s*\[/.test(place?.source ?? ''),
    say: () => ({
      title: 'The script expects more arguments than its run line gives.',
      remedies: [
        'Compare `sys.argv[…]` with what follows the script in `run`; the first argument is number 1.',
      ],
    }),
  },
  {
    rule: 'py-permission',
    message: /^PermissionError: \[Errno 13\] Permission denied: '(\/(?!workspace\/).+)'$/,
    say: ([, path = '']) => ({
      title: `A job may not write to \`${path}\`.`,
      remedies: [
        'Write below the study, such as into `output/`; files elsewhere would be lost with the container anyway.',
      ],
    }),
  },
  {
    rule: 'py-network',
    message:
      /^(?:urllib\.error\.URLError|requests\.exceptions\.ConnectionError|socket\.gaierror)\b.*(?:Temporary failure in name resolution|Name or service not known|Network is unreachable|Failed to resolve)/,
    say: () => ({
      title: 'The script asks the network, which jobs do not have.',
      remedies: [
        'Download what it needs beforehand and keep it in the study, as far as that is allowed.',
      ],
    }),
  },
  {
    rule: 'py-folder-read',
    message: /^IsADirectoryError: \[Errno 21\] Is a directory: '(.+)'$/,
    say: ([, path = '']) => ({
      title: `\`${path}\` is a folder, and was opened as a file.`,
      remedies: ['Give the name of a file in it.'],
    }),
  },
  {
    rule: 'py-zero',
    message: /^ZeroDivisionError: /,
    say: () => ({
      title: 'Something was divided by zero.',
      remedies: [
        'Small or empty groups give zeros in dummy data more often than in real data: leave them out before dividing.',
      ],
    }),
  },
  {
    rule: 'py-json',
    message: /^json\.decoder\.JSONDecodeError: (.+): line (\d+) column (\d+)/,
    say: ([, what = '', line = '', column = '']) => ({
      title: `The text that was read is not JSON: at line ${line}, column ${column}, ${what.charAt(0).toLowerCase()}${what.slice(1)}.`,
      remedies: ['JSON takes double quotes only, no comments, and no comma after the last item.'],
    }),
  },
  {
    rule: 'py-text-and-number',
    message:
      /^TypeError: (?:can only concatenate str \(not "(\w+)"\) to str|unsupported operand type\(s\) for \S+: '(\w+)' and '(\w+)')$/,
    say: ([, other, left, right]) => ({
      title: `Values of different types can't be combined: ${other === undefined ? `${left ?? ''} and ${right ?? ''}` : `str and ${other}`}.`,
      remedies: [
        'Convert one of the two first: `int(…)`, `float(…)` or `str(…)`; columns that are read as text need `dtype` or `pd.to_numeric`.',
      ],
    }),
  },
  {
    rule: 'py-call',
    message:
      /^TypeError: (\w+)\(\) (missing \d+ required (?:positional|keyword-only) arguments?: .+|got an unexpected keyword argument '\w+'.*|takes \d+ positional arguments? but \d+ (?:was|were) given)$/,
    say: ([, name = '', what = '']) => ({
      title: `\`${name}()\` was called with the wrong arguments: ${what}.`,
      remedies: [
        'Compare the call with the definition; a package in the image may be of another version than yours.',
      ],
    }),
  },
  {
    rule: 'py-assertion',
    message: /^AssertionError(?:: (.+))?$/,
    when: ({place}) => /^\s*assert\b/m.test(place?.source ?? ''),
    say: ([, what]) => ({
      title:
        what === undefined
          ? 'An assertion in the script failed.'
          : `An assertion in the script failed: ${what}.`,
      remedies: ['Look at the data that it is about; dummy data may not meet it.'],
    }),
  },
  {
    rule: 'py-recursion',
    message: /^RecursionError: maximum recursion depth exceeded/,
    say: () => ({
      title: 'A function calls itself without an end.',
      remedies: ['Look for the case in which it should return without calling itself.'],
    }),
  },
  {
    rule: 'py-disk',
    message: /^OSError: \[Errno 28\] No space left on device/,
    say: () => ({
      title: 'The disk is full.',
      remedies: ['Free space where the container engine keeps its data, or write less.'],
      button: 'clean-up',
    }),
  },
];

/** Known failures of Python programs; the first that fits counts. */
export const PYTHON_CAUSES: readonly PythonCause[] = [...PANDAS_CAUSES, ...PLAIN_CAUSES];

/** The usage that argparse prints, and its exit code. */
const ARGPARSE =
  /^(\S+): error: (the following arguments are required: .+|unrecognized arguments: .+|argument .+|expected .+)$/;
const NO_SCRIPT =
  /^\S*python[\d.]*: can't open file '(.+)': \[Errno 2\] No such file or directory$/;

/** The script raised the exception itself, whatever it means by it. */
function raisesItself({place}: PythonEnding): boolean {
  return place !== null && place.isInnermost && /^\s*raise\b/.test(place.source);
}

/** The known failure of a Python program; null for any other. */
export function pythonFailure(
  lines: readonly string[],
  exitCode: number | null,
): KnownFailure | null {
  const last = lines.length - 1;
  const [, script] = NO_SCRIPT.exec(lines[last] ?? '') ?? [];
  if (script !== undefined && exitCode === 2)
    return {
      rule: 'py-script',
      title: `The script \`${script.replace(/^\/workspace\//, '')}\` is not in the study.`,
      at: last,
      remedies: [
        'Check the path in `run`: it is relative to the study folder, and case-sensitive.',
      ],
      place: null,
      button: 'project',
      subject: {kind: 'script', path: script},
    };
  const [, , usage] = ARGPARSE.exec(lines[last] ?? '') ?? [];
  if (
    usage !== undefined &&
    exitCode === 2 &&
    lines.slice(-40).some((line) => /^usage: /.test(line))
  )
    return {
      rule: 'py-arguments',
      title: `The script does not take the arguments of its run line: ${usage}.`,
      at: last,
      remedies: ['Compare what follows the script in `run` with the usage that is printed above.'],
      place: null,
      button: 'project',
    };
  if (exitCode !== 1) return null;
  const ending = pythonEnding(lines);
  if (ending === null || raisesItself(ending)) return null;
  for (const {rule, message, more, when, say} of PYTHON_CAUSES) {
    const match = message.exec(ending.message);
    if (match === null || when?.(ending) === false) continue;
    if (!ending.more.every((line) => more?.test(line) === true)) continue;
    return {rule, at: ending.at, place: ending.place, ...say(match, ending)};
  }
  return null;
}
