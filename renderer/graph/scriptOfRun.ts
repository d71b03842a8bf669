const ENDING = /\.(?:r|rmd|qmd|py|ipynb|do|ado|jl|sql|sh|js)$/i;

/**
 * What a run line runs in its image: the script it names, alone or inside an expression
 * (`-e 'render("report.Rmd")'`), else the module (`-m analysis.round`), else the command
 * (`generate_cohort`); empty where the image itself is what runs.
 */
export function scriptOfRun(argv: readonly string[]): string {
  const tokens = argv.slice(1);
  const script = tokens.find((token) => !token.startsWith('-') && ENDING.test(token));
  if (script !== undefined) return script;
  const quoted = tokens
    .flatMap((token) => token.split(/["']/).slice(1))
    .find((text) => ENDING.test(text));
  if (quoted !== undefined) return quoted;
  const module = tokens[tokens.indexOf('-m') + 1];
  if (tokens.includes('-m') && module !== undefined) return module;
  const [command = ''] = tokens;
  return command.startsWith('-') ? '' : command;
}

/** A script's name without folders and ending. */
export function scriptName(script: string): string {
  return script.slice(script.lastIndexOf('/') + 1).replace(ENDING, '');
}
