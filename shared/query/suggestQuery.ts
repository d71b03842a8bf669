import {escapeRegExp} from '../escapeRegExp';
import {TIERS, TIER_LABELS} from '../sensitivity';
import {STATE_WORDS} from '../status';
import {evaluateQuery, type QueryContext} from './evaluateQuery';
import {parseQuery} from './parseQuery';
import {shortName, STATUS_WORDS} from './queryWords';

/** One way to go on with a query. */
export interface QuerySuggestion {
  /** What is shown. */
  readonly label: string;
  /** What it means, in a few words. */
  readonly detail: string;
  /** Text to put between `from` and `to`, in UTF-16 offsets. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
}

interface Choice {
  readonly text: string;
  readonly detail: string;
}

/** Names are many; the words of a state are all shown. */
const MOST_SUGGESTIONS = 12;

const FIELD_CHOICES: readonly Choice[] = [
  {text: 'stale', detail: 'out of date, or not verified'},
  {text: 'status:', detail: 'by state, e.g. status:failed'},
  {text: 'tier:', detail: 'by sensitivity of outputs'},
  {text: 'image:', detail: 'by image, e.g. image:r'},
  {text: 'script:', detail: 'by script file'},
  {text: 'output:', detail: 'by output path'},
  {text: 'not', detail: 'leave out what follows'},
];

/** What each word after `status:` means, in the words that stand beside its mark. */
const STATUS_DETAILS: Readonly<Record<string, string>> = {
  ...STATE_WORDS,
  succeeded: 'its last job succeeded',
  stale: 'out of date, or not verified',
};

/**
 * Ways to go on with the word at the caret: conditions and names, or the values that fit after a `field:`; `*` in it stands for
 * any text. Names and values are those of actions that the rest of the query finds too.
 */
export function suggestQuery(
  text: string,
  caret: number,
  context: QueryContext,
): readonly QuerySuggestion[] {
  const before = /[^\s()]*$/.exec(text.slice(0, caret))?.[0] ?? '';
  const after = /^[^\s()]*/.exec(text.slice(caret))?.[0] ?? '';
  const bare = before.replace(/^\+?["']?/, '');
  const from = caret - bare.length;
  const to = caret + after.length;
  const parts = /^([a-z]+):["']?(.*)$/i.exec(bare);
  const prefix = parts === null ? '' : `${(parts[1] ?? '').toLowerCase()}:`;
  const typed = (parts === null ? bare : (parts[2] ?? '')).toLowerCase();
  const found = foundBeside(text.slice(0, from), text.slice(to), context);
  const choices =
    parts === null
      ? [...(typed.includes('*') ? [] : FIELD_CHOICES), ...namesOf(found)]
      : valueChoices(prefix, {...context, found});

  const pattern = new RegExp(typed.split(/\*+/).map(escapeRegExp).join('.*'));
  const placeOf = (choice: Choice): number => choice.text.toLowerCase().search(pattern);
  const starting = choices.filter((choice) => placeOf(choice) === 0);
  const holding = choices.filter((choice) => placeOf(choice) > 0);
  return [...starting, ...holding]
    .filter((choice) => `${prefix}${choice.text}` !== bare)
    .slice(0, prefix === 'status:' ? undefined : MOST_SUGGESTIONS)
    .map((choice) => ({
      label: choice.text,
      detail: choice.detail,
      insert: `${prefix}${quotedIfNeeded(choice.text)}`,
      from,
      to,
    }));
}

/** Whether the last word of a query is the beginning of a condition, of which it says nothing yet. */
export function endsInHalfCondition(text: string): boolean {
  const word = /[^\s()"']*$/.exec(text)?.[0].toLowerCase() ?? '';
  return word !== '' && FIELD_CHOICES.some((choice) => choice.text.startsWith(word));
}

/** The actions that a query finds, whatever word is between these two parts of it; all, where the parts can't be read. */
function foundBeside(before: string, after: string, context: QueryContext): ReadonlySet<string> {
  const {names} = context.graph;
  const all = new Set(names);
  if (`${before}${after}`.trim() === '') return all;
  // what follows `not`, or has a `+`, is not itself what is found
  if (/\bnot\s+\(*$|\+["']?$/i.test(before) || /^["']?\+/.test(after)) return all;
  const parsed = parseQuery(`${before}*${after}`, all);
  return parsed.ok ? evaluateQuery(parsed.value, context) : all;
}

function namesOf(found: ReadonlySet<string>): readonly Choice[] {
  return [...found].map((name) => ({text: name, detail: 'action'}));
}

function valueChoices(
  prefix: string,
  context: QueryContext & {readonly found: ReadonlySet<string>},
): readonly Choice[] {
  const {found, scripts} = context;
  const actions = context.project.actions.filter(({name}) => found.has(name));
  switch (prefix) {
    case 'status:':
      return [...STATUS_WORDS.keys()].map((text) => ({
        text,
        detail: STATUS_DETAILS[text] ?? 'state',
      }));
    case 'tier:':
      return TIERS.map((tier) => ({text: shortName(tier), detail: TIER_LABELS[tier]}));
    case 'image:':
      return counted(actions.map(({run}) => `${run.imageName}:${run.imageTag}`));
    case 'script:':
      return counted(actions.flatMap(({name}) => scripts.get(name) ?? []));
    case 'output:':
      return counted(actions.flatMap((action) => action.outputs.map((output) => output.pattern)));
    default:
      return [];
  }
}

/** Each text once, the most frequent first, with how many actions it is for. */
function counted(texts: readonly string[]): readonly Choice[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([text, count]) => ({text, detail: `${count} ${count === 1 ? 'action' : 'actions'}`}));
}

function quotedIfNeeded(text: string): string {
  if (!/[\s()"']/.test(text)) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}
