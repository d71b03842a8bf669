import {isGenerateCohort} from '../buildAction';
import type {DraftAction} from '../draftAction';
import type {Report} from '../brokenRules';
import {pythonJson} from '../python/pythonJson';

/** S-ACTION-NAME, S-CONFIG-JSON and S-DUMMY-UNUSED: one action by itself. */
export function checkOwnAction(action: DraftAction, report: Report): void {
  const {name, named, key, config, dummyDataFile} = action;
  if (!named || !/^[A-Za-z0-9_-]+$/.test(name)) {
    report({
      rule: 'S-ACTION-NAME',
      at: key,
      action: name,
      message: named
        ? `The action name \`${name}\` holds something other than letters, digits, \`_\` and \`-\`.`
        : `The action name \`${name}\` is not text, so no other action can need it.`,
      hint: named ? 'Rename it.' : 'Put it in quotes, or choose a name with letters.',
    });
  }
  const refused = config === null ? null : pythonJson(config).refused;
  if (refused !== null) {
    report({
      rule: 'S-CONFIG-JSON',
      at: refused,
      action: name,
      message: 'A value of `config` is something that JSON does not have, such as a date.',
      hint: 'Put quotes around it.',
    });
  }
  if (dummyDataFile !== null && !isGenerateCohort(action)) {
    report({
      rule: 'S-DUMMY-UNUSED',
      at: dummyDataFile,
      action: name,
      message: '`dummy_data_file` has no effect on this action.',
      hint: 'With ehrQL, add `--dummy-data-file` to the command.',
    });
  }
}
