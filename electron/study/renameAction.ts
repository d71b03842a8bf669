import {type AppError, failWith} from '../../shared/errors';
import type {TextEdit} from '../../shared/problem';
import type {Project} from '../../shared/project';
import {nameFault} from '../../shared/projectEdit';
import {ok, type Result} from '../../shared/result';
import {applyTextEdits, replaceScalar} from './quickFixes';
import {readProject} from './readProject';
import {readYaml} from './yaml/readYaml';
import type {YamlMap, YamlValue} from './yaml/yamlValue';

/**
 * The edits that give an action another name in a project.yaml that can be read: where it is defined, and in the `needs` of
 * the others; every byte outside stays. Fails where the new name is taken or can't be one, and where it is not certain that
 * the file means the same afterwards.
 */
export function renameEdits(
  text: string,
  from: string,
  to: string,
): Result<readonly TextEdit[], AppError> {
  const {project} = readProject(text);
  const {root} = readYaml(text);
  if (project === null || root?.kind !== 'map') return unreadable();
  const names = project.actions.map(({name}) => name);
  if (!names.includes(from))
    return failWith('not-found', `There is no action ${from}.`, {
      hint: '`study-desk graph` lists the actions.',
    });
  const fault = nameFault(to, names);
  if (fault !== null)
    return failWith('invalid-request', `${from} can’t be renamed to ${to}.`, {hint: fault});
  const edits = editsOf(text, root, from, to);
  const after = edits === null ? null : applyTextEdits(text, edits);
  if (
    edits === null ||
    after === null ||
    !meansTheSame(project, readProject(after).project, from, to)
  )
    return byHand(from);
  return ok(edits);
}

/** The places of the name: its own entry, and each need of that name. Null where one is not written as it is read. */
function editsOf(text: string, root: YamlMap, from: string, to: string): TextEdit[] | null {
  const actions = root.entries.get('tactions')?.value;
  const entry = actions?.kind === 'map' ? actions.entries.get(`t${from}`) : undefined;
  if (actions?.kind !== 'map' || entry === undefined || entry.merged) return null;
  const places = [
    entry.key,
    ...[...actions.entries.values()].flatMap(({value}) => needsCalled(value, from)),
  ];
  const found = new Map<number, TextEdit>();
  for (const place of places) {
    const edit = replaceScalar(text, place, from, to, '')?.edits[0];
    if (edit === undefined) return null;
    // a list that several actions share by an alias is written once
    found.set(edit.from, edit);
  }
  return [...found.values()];
}

function needsCalled(action: YamlValue, name: string): readonly YamlValue[] {
  const needs = action.kind === 'map' ? action.entries.get('tneeds')?.value : undefined;
  return needs?.kind === 'list'
    ? needs.items.filter((item) => item.kind === 'text' && item.text === name)
    : [];
}

/** Whether a project is another one but for the name of one action. */
function meansTheSame(before: Project, after: Project | null, from: string, to: string): boolean {
  const renamed = (name: string): string => (name === from ? to : name);
  const words = (project: Project, rename: (name: string) => string): string =>
    JSON.stringify(
      project.actions.map(({name, needs, run, configJson, outputs}) => [
        rename(name),
        needs.map(rename),
        run.raw,
        configJson,
        outputs.map(({tier, label, pattern}) => [tier, label, pattern]),
      ]),
    );
  return after !== null && words(before, renamed) === words(after, (name) => name);
}

function unreadable(): Result<never, AppError> {
  return failWith('invalid-project', 'project.yaml has errors, so no action can be renamed.', {
    hint: 'Fix the problems listed for it first.',
  });
}

function byHand(name: string): Result<never, AppError> {
  return failWith('invalid-request', `${name} can’t be renamed for you.`, {
    why: 'The way its name is written in project.yaml is not one that can safely be changed.',
    hint: 'Write its name and the needs that use it in plain words, then try again.',
  });
}
