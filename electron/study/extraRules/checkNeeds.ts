import type {QuickFix} from '../../../shared/problem';
import {buildGraph, findCycles} from '../buildGraph';
import type {PlacedText} from '../draftAction';
import type {Report} from '../brokenRules';
import {withoutItem} from '../actionEdits';
import {fixesOf} from '../quickFixes';
import type {ExtraRulesInput} from './checkExtraRules';

/** Most circles reported at a time. */
const MOST_CYCLES = 20;

/** S-SELF-NEED, S-NEEDS-REPEATED and S-CYCLE: needs that can't be met, or are given twice. */
export function checkNeeds({actions, text}: ExtraRulesInput, report: Report): void {
  for (const {name, needs} of actions) {
    const seen = new Set<string>();
    for (const need of needs) {
      if (seen.has(need.text)) {
        report({
          rule: 'S-NEEDS-REPEATED',
          at: need,
          action: name,
          message: `\`${name}\` needs \`${need.text}\` twice.`,
          hint: 'Remove one of the two.',
          fixes: fixesOf(removeNeed(text, need)),
        });
      } else if (need.text === name) {
        report({
          rule: 'S-SELF-NEED',
          at: need,
          action: name,
          message: `\`${name}\` needs itself: ${name} → ${name}.`,
          hint: 'Remove it from its own `needs`.',
        });
      }
      seen.add(need.text);
    }
  }
  const graph = buildGraph(
    actions.map(({name, needs}) => ({
      name,
      needs: needs.map((need) => need.text).filter((need) => need !== name),
    })),
  );
  for (const cycle of findCycles(graph, MOST_CYCLES)) {
    const [first = '', second = ''] = cycle;
    const action = actions.find(({name}) => name === first);
    if (action === undefined) continue;
    report({
      rule: 'S-CYCLE',
      at: action.needs.find((need) => need.text === second) ?? action.key,
      action: first,
      message: `The actions need each other in a circle: ${cycle.join(' → ')}.`,
      hint: 'Remove one of these needs.',
    });
  }
}

/** Takes out one of several needs. */
function removeNeed(text: string, need: PlacedText): QuickFix | null {
  const edit = withoutItem(text, need);
  return edit === null ? null : {title: `Remove the second \`${need.text}\``, edits: [edit]};
}
