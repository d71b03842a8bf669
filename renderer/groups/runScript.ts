import {isScript} from '../../shared/script';

/**
 * What a run line runs in its image: the script it names, alone or inside an expression
 * (`-e 'render("report.Rmd")'`), else the module (`-m analysis.round`), else the command
 * (`generate_cohort`); empty where the image itself is what runs.
 */
export function scriptOfRun(argv: readonly string[]): string {
  const tokens = argv.slice(1);
  const script = tokens.find((token) => !token.startsWith('-') && isScript(token));
  if (script !== undefined) return script;
  const quoted = tokens
    .flatMap((token) => token.split(/["']/).slice(1))
    .find((text) => isScript(text));
  if (quoted !== undefined) return quoted;
  const module = tokens[tokens.indexOf('-m') + 1];
  if (tokens.includes('-m') && module !== undefined) return module;
  const [command = ''] = tokens;
  return command.startsWith('-') ? '' : command;
}

/** What all names begin with, cut back to a whole word; empty where that is nothing. */
export function sharedPrefix(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  const shared = first.slice(0, length);
  return shared.slice(0, Math.max(shared.lastIndexOf('_'), shared.lastIndexOf('-')) + 1);
}

/** The names as one pattern, with a star for what differs: `match_*_1`; a star alone where they share nothing. */
export function sharedPattern(names: readonly string[]): string {
  const prefix = sharedPrefix(names);
  const rests = names.map((name) => mirrored(name.slice(prefix.length)));
  return `${prefix}*${mirrored(sharedPrefix(rests))}`;
}

function mirrored(text: string): string {
  return [...text].reverse().join('');
}
