import type {DefinitionProblem} from '../../shared/dataset';
import type {DefinitionFacts} from './facts';

/** Permissions that a definition needs and does not claim: the server ends it with exit code 12. */
export function permissionProblems(
  needed: DefinitionFacts['needed'],
  claimed: readonly string[],
  file: string,
): readonly DefinitionProblem[] {
  return needed
    .filter(({permission}) => !claimed.includes(permission))
    .map(({permission, why}) => ({
      rule: 'D-PERMISSION',
      message: `The permission \`${permission}\` is ${why.replace(/\.$/, '')}, and is not claimed.`,
      hint: `Add \`claim_permissions("${permission}")\`. The server runs it only where the project has been given the permission.`,
      file,
      line: null,
    }));
}
