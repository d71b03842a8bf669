import {err, ok, type Result} from '../../shared/result';

/** Why a command cannot be split into arguments. */
export type TokeniseFault = 'unclosed-quote' | 'trailing-backslash';

/** What makes a command more than words between blanks. */
const QUOTING = /['"\\]/;
const BLANKS = /[ \t\r\n]+/;

/**
 * Splits a command into arguments by the rules of a POSIX shell without expansion and without
 * comments, as Python's `shlex` does (RULES "Command").
 */
export function tokenise(command: string): Result<readonly string[], TokeniseFault> {
  if (!QUOTING.test(command)) return ok(command.split(BLANKS).filter((word) => word !== ''));
  const tokens: string[] = [];
  let token = '';
  let open = false;
  let quote = '';
  for (let at = 0; at < command.length; at += 1) {
    const character = command.charAt(at);
    if (quote === "'") {
      if (character === quote) quote = '';
      else token += character;
    } else if (quote === '"') {
      if (character === quote) {
        quote = '';
      } else if (character === '\\') {
        at += 1;
        if (at === command.length) return err('trailing-backslash');
        const next = command.charAt(at);
        token += next === '"' || next === '\\' ? next : `\\${next}`;
      } else {
        token += character;
      }
    } else if (character === '\\') {
      at += 1;
      if (at === command.length) return err('trailing-backslash');
      token += command.charAt(at);
      open = true;
    } else if (character === "'" || character === '"') {
      quote = character;
      open = true;
    } else if (BLANKS.test(character)) {
      if (open) tokens.push(token);
      token = '';
      open = false;
    } else {
      token += character;
      open = true;
    }
  }
  if (quote !== '') return err('unclosed-quote');
  if (open) tokens.push(token);
  return ok(tokens);
}

/** Joins arguments into a command that splits into the same ones, as Python's `shlex.join` does. */
export function shellJoin(tokens: readonly string[]): string {
  return tokens.map(shellQuote).join(' ');
}

function shellQuote(token: string): string {
  if (token === '') return "''";
  return /^[\w@%+=:,./-]+$/.test(token) ? token : `'${token.replaceAll("'", `'"'"'`)}'`;
}
