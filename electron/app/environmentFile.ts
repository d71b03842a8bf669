import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';

/**
 * The variables of a settings file, as systemd reads them: `NAME=value` on a line, empty lines and those that begin with
 * `#` or `;` left out, quotes around a value taken off.
 */
export function readEnvironmentFile(
  text: string,
): Result<Readonly<Record<string, string>>, AppError> {
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=\s*(.*)$/.exec(trimmed) ?? [];
    if (name === undefined)
      // the line itself may be a secret
      return failWith(
        'invalid-request',
        `Line ${index + 1} of the settings file can’t be understood.`,
        {
          hint: 'Each line is NAME=value, or begins with #.',
        },
      );
    variables[name] = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  }
  return ok(variables);
}
