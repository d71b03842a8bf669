import {nameFault, type NewAction} from '../../shared/projectEdit';
import {brokenPatternRules} from '../../shared/outputPatternRules';
import type {Project} from '../../shared/project';
import type {Tier} from '../../shared/sensitivity';

/** An output as it is typed. */
export interface OutputDraft {
  readonly id: number;
  readonly tier: Tier;
  readonly label: string;
  readonly pattern: string;
}

/** A new action as it is typed. */
export interface NewActionDraft {
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly needs: readonly string[];
  readonly outputs: readonly OutputDraft[];
}

/** What the form starts with. */
export const EMPTY_DRAFT: NewActionDraft = {
  name: '',
  image: 'r:v3',
  command: '',
  needs: [],
  outputs: [{id: 0, tier: 'moderately_sensitive', label: '', pattern: ''}],
};

/** What is wrong with a field, in a sentence; undefined where nothing is. */
export interface DraftFaults {
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly command: string | undefined;
  /** By the id of the output. */
  readonly outputs: ReadonlyMap<number, string>;
}

const TAG = /^[^\s:]+:(?:v[\d.]+(?:-pre)?|dev)$/;

/** Checks a draft against the rules and against what the study has already. */
export function checkDraft(draft: NewActionDraft, project: Project | null): DraftFaults {
  const actions = project?.actions ?? [];
  const taken = new Map(
    actions.flatMap(({name, outputs}) => outputs.map(({pattern}) => [pattern, name] as const)),
  );
  const outputs = new Map<number, string>();
  const own = new Set<string>();
  for (const {id, tier, pattern} of draft.outputs) {
    if (pattern === '') continue;
    const broken = brokenPatternRules(tier, pattern)[0];
    const owner = taken.get(pattern);
    if (broken !== undefined)
      outputs.set(id, `${broken.message} ${broken.hint}`.replaceAll('`', ''));
    else if (owner !== undefined) outputs.set(id, `This is an output of ${owner} already.`);
    else if (own.has(pattern)) outputs.set(id, 'This path is listed twice.');
    own.add(pattern);
  }
  const run = `${draft.image} ${draft.command}`.trim();
  return {
    name:
      draft.name === ''
        ? undefined
        : (nameFault(
            draft.name,
            actions.map(({name}) => name),
          ) ?? undefined),
    image:
      draft.image === '' || TAG.test(draft.image)
        ? undefined
        : 'Write the image with its version, such as r:v3.',
    command: actions.some((action) => action.run.raw === run)
      ? 'Another action runs the same command.'
      : undefined,
    outputs,
  };
}

/** The action that a draft describes; null while something is missing or wrong. */
export function finishedAction(draft: NewActionDraft, faults: DraftFaults): NewAction | null {
  const outputs = draft.outputs
    .filter(({pattern}) => pattern !== '')
    .map(({tier, label, pattern}, index) => ({
      tier,
      label: label === '' ? `output_${index + 1}` : label,
      pattern,
    }));
  const labels = new Set(outputs.map(({tier, label}) => `${tier} ${label}`));
  const wrong = faults.name ?? faults.image ?? faults.command;
  if (wrong !== undefined || faults.outputs.size > 0 || labels.size < outputs.length) return null;
  if (draft.name === '' || draft.image === '' || outputs.length === 0) return null;
  const {name, image, command, needs} = draft;
  return {name, image, command: command.trim(), needs, outputs};
}
