import type {Report} from '../brokenRules';
import type {Place} from '../yaml/yamlValue';
import type {OwnRulesInput} from './checkOwnRules';

/** S-CASE-ONLY: names and paths that differ in upper and lower case only. */
export function checkCaseOnly({actions}: OwnRulesInput, report: Report): void {
  const names = new Map<string, string>();
  const paths = new Map<string, string>();
  const check = (
    seen: Map<string, string>,
    text: string,
    at: Place,
    action: string,
    what: string,
  ): void => {
    const lower = text.toLowerCase();
    const other = seen.get(lower);
    if (other === undefined) seen.set(lower, text);
    else if (other !== text) {
      report({
        rule: 'S-CASE-ONLY',
        at,
        action,
        message: `\`${text}\` and the ${what} \`${other}\` differ in upper and lower case only.`,
        hint: 'Choose names that differ in more.',
      });
    }
  };
  for (const {name, key, outputs} of actions) {
    check(names, name, key, name, 'action');
    for (const {pattern} of outputs) check(paths, pattern.text, pattern, name, 'output');
  }
}
