import type {SourceFacts} from './sourceFacts';
import {scanSource, type SourceWords} from './scanSource';
import {type SourceToken, sourceTokens} from './sourceTokens';
const WORDS: SourceWords = {
  language: 'python',
  reads:
    /^(open|read_.*|load|safe_load|fromfile|loadtxt|genfromtxt|imread|reader|run_path|check_output|check_call|run|Popen|system|call|parse|FileSystemLoader|execute_notebook|codelist_from_csv|table_from_file|ZipFile|connect|scan_.*|get_data)$/,
  writes:
    /^(to_.*|savefig|dump|save|savetxt|savez|write|write_.*|writelines|writer|makedirs|mkdir|print|info|debug|warning|error|remove|unlink|touch|exists|is_file|isfile)$/,
  lists: /^(listdir|scandir|walk|glob|iglob|rglob|iterdir)$/,
  builds: /^(join|joinpath|Path|PurePath|PosixPath|format)$/,
  dynamic: /^(eval|exec|__import__|import_module|compile)$/,
  pathArguments: /^(file|path|filepath|filepath_or_buffer|fname|filename|file_path|args)$/,
};

/** What a Python script says about files: what it opens and what it imports. */
export function scanPython(source: string): SourceFacts {
  const facts = scanSource(source, WORDS);
  const modules = [
    ...importedModules(sourceTokens(source, 'python')),
    ...(BY_NAME.test(source) ? facts.texts.flatMap(moduleNamed) : []),
  ];
  return {
    ...facts,
    modules,
    // with a module path of its own a module can lie in any folder
    patterns: [
      ...(OWN_MODULE_PATH.test(source) ? modules.flatMap(anywhere) : []),
      ...(/\bload_dotenv\b/.test(source) ? ['.env'] : []),
    ],
    uncertain: facts.uncertain || CANT_TELL.test(source),
  };
}

/** Modules are loaded by names that are texts. */
const BY_NAME = /\b(importlib|import_module|__import__|run_module|import_string)\b/;
const OWN_MODULE_PATH = /\bsys\.path\b|\bfrom\s+sys\s+import\b|\baddsitedir\b/;
/** Paths that depend on where Python stands, and functions that go by another name. */
const CANT_TELL = /\bchdir\s*\(|\b(import_module|run_module|run_path|open)\s+as\b/;

function moduleNamed(text: string): readonly string[] {
  return /^[A-Za-z_][\w.]*$/.test(text) ? [text.replaceAll('.', '/')] : [];
}

/** A module and the packages that it lies in, in any folder. */
function anywhere(module: string): readonly string[] {
  const parts = module.replace(/^[./]+/, '').split('/');
  const packages = parts.map((_, index) => `*/${parts.slice(0, index + 1).join('/')}/__init__.py`);
  return [`*/${parts.join('/')}.py`, ...packages];
}

/** Tokens of a module's name, points included, between `from` and `import`. */
const MOST_NAME_PARTS = 40;

/** `a/b` for `import a.b`, and for each name of `from a.b import c` also `a/b/c`; `./` and `../` for relative ones. */
function importedModules(tokens: readonly SourceToken[]): readonly string[] {
  const modules: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1];
    const begins = before === undefined || before.kind === 'newline' || before.value === ':';
    if (token?.kind !== 'word' || !begins) continue;
    if (token.value === 'import') {
      for (const name of namesAfter(tokens, at + 1)) modules.push(name.replaceAll('.', '/'));
    } else if (token.value === 'from') {
      const offset = tokens
        .slice(at, at + MOST_NAME_PARTS)
        .findIndex(({value}) => value === 'import');
      if (offset < 0) continue;
      const importAt = at + offset;
      const from = tokens
        .slice(at + 1, importAt)
        .map((each) => each.value)
        .join('');
      const dots = /^\.*/.exec(from)?.[0].length ?? 0;
      const base = `${dots === 0 ? '' : dots === 1 ? './' : '../'.repeat(dots - 1)}${from.slice(dots).replaceAll('.', '/')}`;
      modules.push(base);
      for (const name of namesAfter(tokens, importAt + 1))
        modules.push(base.endsWith('/') ? `${base}${name}` : `${base}/${name}`);
    }
  }
  return modules;
}

/** The names of an import's list, without what they are called here (`as`). */
function namesAfter(tokens: readonly SourceToken[], from: number): readonly string[] {
  const listed: string[] = [];
  let name = '';
  let depth = 0;
  let renamed = false;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.value === '(') depth += 1;
    else if (token.value === ')') depth -= 1;
    else if (token.kind === 'newline' && depth === 0) break;
    else if (token.value === ',') {
      listed.push(name);
      name = '';
      renamed = false;
    } else if (token.value === 'as') renamed = true;
    else if (token.kind !== 'newline' && !renamed) name += token.value;
  }
  return [...listed, name].filter((each) => each !== '' && each !== '*');
}
