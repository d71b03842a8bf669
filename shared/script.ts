import type {Action} from './project';

/** The extensions of scripts, notebooks and definitions: the one rule for what is code by its name. */
const SCRIPT = /\.(?:r|rmd|qmd|py|ipynb|do|ado|jl|sql|sh)$/i;

/** True for the path of a script, notebook or definition, by its extension. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path);
}

/** True for a file that may be edited in the window: a script, or the list of codelists. */
export function isEditable(path: string): boolean {
  return isScript(path) || path === 'codelists/codelists.txt';
}

/** A script's file name without folders and extension. */
export function scriptName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(SCRIPT, '');
}

/** The arguments that look like script files, in order, as study-relative paths. */
export function scriptArguments(argv: readonly string[]): readonly string[] {
  return argv
    .slice(1)
    .filter((argument) => isScript(argument) && !/^-|[*:\\]|^\/|\s/.test(argument))
    .map((argument) => argument.replace(/^(?:\.\/)+/, ''));
}

/** The script that an action runs, as far as it is a file of the study; null where none is named. */
export function scriptOf(
  action: Pick<Action, 'run'>,
  files: {has(path: string): boolean},
): string | null {
  return scriptArguments(action.run.argv).find((path) => files.has(path)) ?? null;
}
