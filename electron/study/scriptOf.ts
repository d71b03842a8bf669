import type {Action} from '../../shared/project';

/** A file name with an extension that scripts, notebooks and definitions have. */
const SCRIPT = /\.(?:r|rmd|qmd|py|ipynb|do|sql|jl|sh)$/i;

/** True for the path of a script, notebook or definition, by its extension. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path);
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
