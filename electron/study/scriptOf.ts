import type {Action} from '../../shared/project';

/** A file name with an extension that scripts, notebooks and definitions have. */
const SCRIPT = /\.(?:r|rmd|qmd|py|ipynb|do|sql|jl|sh|yaml|yml|json)$/i;

/** The arguments of an action that look like script files, in order, as study-relative paths. */
export function scriptArguments(action: Pick<Action, 'run'>): readonly string[] {
  return action.run.argv
    .slice(1)
    .filter((argument) => SCRIPT.test(argument) && !/^-|[*:]|^\/|\s/.test(argument))
    .map((argument) => argument.replace(/^(?:\.\/)+/, ''));
}

/** The script that an action runs, as far as it is a file of the study; null where none is named. */
export function scriptOf(
  action: Pick<Action, 'run'>,
  files: {has(path: string): boolean},
): string | null {
  return scriptArguments(action).find((path) => files.has(path)) ?? null;
}
