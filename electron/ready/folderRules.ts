import type {ReadyFinding} from '../../shared/ready';
import {matchesPattern} from '../study/outputPattern';
import {finding, type ReadyAction, type ReadyFacts, type ScriptText} from './facts';

/** Runtimes whose scripts write files by themselves, into folders that are there. */
const WRITES_ITSELF: ReadonlySet<string> = new Set(['python', 'r', 'stata-mp']);

/** Calls that make a folder. */
const MAKES =
  /\b(?:makedirs|mkdir\w*|dir\.create|dir_create|create_dirs?|copytree|use_directory|output_dir)\b|\bcreate\.dir\s*=\s*T/i;

/** Words around a call that makes a folder, of which the path is no part. */
const PLAIN_WORDS =
  /^(?:os|sys|pathlib|path|join|fs|here|file|dir|Path|os\.path|makedirs|mkdirp?|dir\.create|dir_create|file\.path|exist_ok|parents|recursive|recurse|showWarnings|show|mode|True|False|TRUE|FALSE|T|F|if|not|and|or|exists?|isdir|is_dir|dir\.exists|dir_exists|file\.exists|capture|cap|quietly|qui|shell|p|suppressWarnings|invisible|as|import|from|library|require)$/;

/** Folders of an action's outputs that no script of it makes, and that nothing else puts there. */
export function folderFindings(facts: ReadyFacts, used: ReadyAction): readonly ReadyFinding[] {
  const {action, script, scripts, certain} = used;
  if (script === null || !WRITES_ITSELF.has(action.run.imageName)) return [];
  const made = foldersMade(scripts);
  if (made === 'any') return [];
  const given = foldersGiven(facts, used);
  const missing = new Map<string, string>();
  for (const {pattern} of action.outputs) {
    const folder = pattern.split('/').slice(0, -1).join('/');
    if (folder === '' || folder.includes('*') || given.has(folder)) continue;
    if (![...made].some((each) => each === folder || each.startsWith(`${folder}/`)))
      missing.set(folder, pattern);
  }
  return [...missing].map(([folder, pattern]) =>
    finding('R-OUTPUT-FOLDER', {
      path: script.path,
      action: action.name,
      severity: certain ? 'error' : 'warning',
      message: `${script.path} writes ${pattern}, and nothing makes the folder ${folder}.`,
      fix: fixFor(script.path, folder),
    }),
  );
}

function fixFor(path: string, folder: string): string {
  const call = /\.r$|\.[rq]md$/i.test(path)
    ? `dir.create("${folder}", recursive = TRUE, showWarnings = FALSE)`
    : /\.(?:do|ado)$/i.test(path)
      ? `capture mkdir "${folder}"`
      : `os.makedirs("${folder}", exist_ok=True)`;
  return `Make the folder at the top of ${path}: \`${call}\`.`;
}

/** Folders that calls name; `any` where a call makes one whose name is not written there. */
function foldersMade(scripts: readonly ScriptText[]): ReadonlySet<string> | 'any' {
  const made = new Set<string>();
  for (const {lines, literals} of scripts)
    for (const [index, line] of lines.entries()) {
      if (!MAKES.test(line)) continue;
      const named = literals
        .filter((literal) => literal.line === index + 1)
        .map(({value}) => value.replace(/^(?:\.\/|\/workspace\/)+|\/+$/g, ''));
      const around = line.replace(/"[^"]*"|'[^']*'/g, ' ');
      const words = around.match(/[A-Za-z_][\w.]*/g) ?? [];
      const isPlain = words.every((word) =>
        word.split('.').every((part) => PLAIN_WORDS.test(part) || PLAIN_WORDS.test(word)),
      );
      if (!isPlain || named.length === 0 || named.some((each) => each.includes('*'))) {
        // importing the call makes nothing
        if (/^\s*(?:import|from|library|require)\b/.test(line)) continue;
        return 'any';
      }
      for (const each of [...named, named.join('/')]) made.add(each);
    }
  return made;
}

/** Folders that are there before the script starts: the commit has a file in them, or an input lies there. */
function foldersGiven(
  {repository, codeFiles, project}: ReadyFacts,
  {action}: ReadyAction,
): ReadonlySet<string> {
  const actions = project?.actions ?? [];
  const patterns = actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const kept = (repository?.files.map(({path}) => path) ?? [...codeFiles]).filter(
    (path) => !patterns.some((pattern) => matchesPattern(pattern, path)),
  );
  const inputs = actions
    .filter(({name}) => action.needs.includes(name))
    .flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const folders = new Set<string>();
  for (const path of [...kept, ...inputs])
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  return folders;
}
