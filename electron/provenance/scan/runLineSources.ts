import type {CodeMatcher} from './codeMatcher';
import {scanPython} from './scanPython';
import {scanR} from './scanR';
import type {SourceFacts} from './sourceFacts';

/** What a run line itself says about files. */
export interface RunLineSources {
  /** Code files it names, as they are or as `--option=path`, and what lies in folders it names. */
  readonly paths: readonly string[];
  /** Code given on the line itself (`-e`, `-c`). */
  readonly inline: readonly SourceFacts[];
  readonly certain: boolean;
}

/** Reads the words of a run line after the image. */
export function runLineSources(argv: readonly string[], matcher: CodeMatcher): RunLineSources {
  const paths = new Set<string>();
  const inline: SourceFacts[] = [];
  let certain = true;
  const words = argv.slice(1);
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    if (before === '-e') inline.push(scanR(word));
    else if (before === '-c') inline.push(scanPython(word));
    else if (before === '-m') {
      const module = word.replaceAll('.', '/');
      for (const path of [
        ...matcher.module(module, ['']),
        ...matcher.module(`${module}/__main__`, ['']),
      ])
        paths.add(path);
    } else {
      for (const path of matcher.named(word, '')) paths.add(path);
      const value = word.replace(/^--?[\w-]+=/, '');
      for (const path of matcher.below(value, '')) paths.add(path);
      // a shell puts the rest of the line together by itself
      if (/^(ba)?sh$/.test(word)) certain = false;
    }
  }
  return {paths: [...paths], inline, certain};
}
