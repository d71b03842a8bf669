import type {AppError} from '../../shared/errors';
import {appError} from '../../shared/errors';
import {nearestName} from '../../shared/nearestName';

/** The valid names, `run_all` first, one a line, as the reference lists them. */
function listOfNames(runAll: readonly string[]): string {
  return ['Actions of this study:', ...['run_all', ...runAll].map((name) => `  ${name}`)].join(
    '\n',
  );
}

/** A request names an action that the study has not. */
export function unknownActionError(name: string, runAll: readonly string[]): AppError {
  const nearest = nearestName(name, ['run_all', ...runAll]);
  return appError('invalid-request', `This study has no action called \`${name}\`.`, {
    hint:
      nearest === null
        ? 'Choose one of the actions in project.yaml, or run_all for all of them.'
        : `Did you mean \`${nearest}\`?`,
    detail: listOfNames(runAll),
  });
}

/** A request names no action. */
export function noActionError(runAll: readonly string[]): AppError {
  return appError('invalid-request', 'No action was named.', {
    hint: 'Name one or more actions, or run_all for all of them.',
    detail: listOfNames(runAll),
  });
}

/** Actions need each other in a circle; `path` begins and ends with the same action. */
export function cycleError(path: readonly string[]): AppError {
  return appError(
    'invalid-project',
    path.length === 2
      ? `The action \`${path[0] ?? ''}\` needs itself.`
      : `These actions need each other in a circle: ${path.map((name) => `\`${name}\``).join(' → ')}.`,
    {
      why: 'An action can only start once everything it needs has finished, so none of these ever could.',
      hint: 'Remove one of these names from a `needs` list in project.yaml.',
    },
  );
}
