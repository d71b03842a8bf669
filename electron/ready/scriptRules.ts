import type {ReadyFinding} from '../../shared/ready';
import {matchesPattern} from '../study/outputPattern';
import {finding, type Literal, type ReadyAction, type ReadyFacts, type ScriptText} from './facts';
import {folderFindings} from './folderRules';

/** What scripts and run lines say that holds on this computer and not on the server. */
export function scriptFindings(facts: ReadyFacts): readonly ReadyFinding[] {
  const seen = new Set<string>();
  const scripts: {readonly script: ScriptText; readonly action: string}[] = [];
  for (const {action, scripts: used} of facts.actions)
    for (const script of used)
      if (!seen.has(script.path)) {
        seen.add(script.path);
        scripts.push({script, action: action.name});
      }
  return [
    ...scripts.flatMap(({script, action}) => pathsOfScript(script, action)),
    ...facts.actions.flatMap(pathsOfRunLine),
    ...linkFindings(facts),
    ...facts.actions.flatMap((action) => readFindings(facts, action)),
    ...facts.actions.flatMap((action) => folderFindings(facts, action)),
    ...facts.actions.flatMap(permissionFindings),
  ];
}

/** Folders of every container: a path into them is none of this computer's. */
const OF_CONTAINERS = /^\/(?:workspace|dev|usr|bin|sbin|lib\w*|etc|proc|sys|opt|run|var)(?:\/|$)/;
/** Folders in which users and computers keep their files. */
const OF_USERS =
  /^\/(?:home|Users|users|Volumes|mnt|media|srv|data|net|nfs|root|scratch|private)\/./;
const DRIVE = /^[A-Za-z]:[\\/]\S|^\\\\[\w.$-]+\\\w|^~[\w.-]*[\\/]\S|^file:\/\/\//;
const FILE_FROM_ROOT = /^\/[\w.-]+(?:\/[\w .-]+)*\.[A-Za-z][\w.]{0,8}$/;

/** True for a path that only this computer, or one like it, has. */
function isAbsolute(text: string): boolean {
  if (DRIVE.test(text)) return true;
  return !OF_CONTAINERS.test(text) && (OF_USERS.test(text) || FILE_FROM_ROOT.test(text));
}

/** A file made in the container's own folder for what passes is there on the server too. */
const READS = /\b(?:read\w*|load\w*|open|import|use|source|fread|scan|include|merge|append)\b/i;
const WRITES = /\b(?:write\w*|save\w*|to_\w+|mkd\w+|makedirs|dump\w*|["'][wa]b?["'])/i;

function pathsOfScript(script: ScriptText, action: string): readonly ReadyFinding[] {
  const {path} = script;
  return script.literals.flatMap(({value, line}): readonly ReadyFinding[] => {
    const text = script.lines[line - 1] ?? '';
    const isTemporary = /^\/tmp\//.test(value);
    if (isAbsolute(value) && (!isTemporary || (READS.test(text) && !WRITES.test(text))))
      return [
        finding('R-ABSOLUTE-PATH', {
          ...{path, line, action},
          message: `${path}, line ${line}, uses ${value}, a path of this computer.`,
        }),
      ];
    return leadsOut(value, folderFor(script, text))
      ? [
          finding('R-PATH-OUTSIDE', {
            ...{path, line, action},
            message: `${path}, line ${line}, uses ${value}, which leads out of the study.`,
          }),
        ]
      : [];
  });
}

/** The folder that a path of a script starts from: documents and what asks for the script's place start at their own. */
function folderFor({path}: ScriptText, line: string): string {
  const isOwn = /\.(?:rmd|qmd|ipynb)$/i.test(path) || /__file__|dirname|sys\.path/.test(line);
  return isOwn && path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** True for a relative path that goes further up than the study reaches. */
function leadsOut(text: string, folder: string): boolean {
  if (!/^(?:[\w.-]+[\\/])*\.\.[\\/]/.test(text)) return false;
  let depth = folder === '' ? 0 : folder.split('/').length;
  for (const part of text.split(/[\\/]+/)) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function pathsOfRunLine({action}: ReadyAction): readonly ReadyFinding[] {
  const line = action.run.span.line;
  const words = [...action.run.argv.slice(1), ...textsIn(action.configJson)];
  return words.flatMap((word) => {
    const value = word.replace(/^--?[\w-]+=/, '');
    const at = {path: 'project.yaml', line, action: action.name};
    if (isAbsolute(value))
      return [
        finding('R-ABSOLUTE-PATH', {
          ...at,
          message: `project.yaml, line ${line}: ${action.name} is given ${value}, a path of this computer.`,
        }),
      ];
    return leadsOut(value, '')
      ? [
          finding('R-PATH-OUTSIDE', {
            ...at,
            message: `project.yaml, line ${line}: ${action.name} is given ${value}, which leads out of the study.`,
          }),
        ]
      : [];
  });
}

function textsIn(json: string | null): readonly string[] {
  if (json === null) return [];
  const texts: string[] = [];
  JSON.parse(json, (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts;
}

function linkFindings({repository}: ReadyFacts): readonly ReadyFinding[] {
  return (repository?.files ?? []).flatMap(({path, target}) => {
    if (target === null) return [];
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const isRoot = /^(?:\/|[A-Za-z]:)/.test(target);
    return isRoot || leadsOut(target, folder)
      ? [
          finding(isRoot ? 'R-ABSOLUTE-PATH' : 'R-PATH-OUTSIDE', {
            path,
            message: `The link ${path} leads to ${target}, out of the study.`,
          }),
        ]
      : [];
  });
}

/** What an action reads that nothing gives it, or that has another name on the server. */
function readFindings(facts: ReadyFacts, used: ReadyAction): readonly ReadyFinding[] {
  const {action, reads, scripts} = used;
  const actions = facts.project?.actions ?? [];
  const byLetters = new Map([...facts.codeFiles].map((path) => [path.toLowerCase(), path]));
  const literals = scripts.flatMap((script) => script.literals);
  return reads.flatMap(({path, at}): readonly ReadyFinding[] => {
    if (facts.codeFiles.has(path)) return [];
    const place = {
      path: at?.script ?? 'project.yaml',
      line: at?.line ?? action.run.span.line,
      action: action.name,
    };
    const where = `${place.path}, line ${place.line}`;
    const other = byLetters.get(path.toLowerCase());
    if (other !== undefined)
      return [
        finding('R-NAME-CASE', {
          ...place,
          message: `${where}, reads ${path}; the file is called ${other}.`,
        }),
      ];
    const isListed = actions.some(({outputs}) =>
      outputs.some(({pattern}) => matchesPattern(pattern, path)),
    );
    if (isListed || isMadeHere(path, at?.line ?? null, literals)) return [];
    const maker = facts.actions.find(
      (each) => action.needs.includes(each.action.name) && names(each, path),
    );
    return [
      finding('R-UNDECLARED-INPUT', {
        ...place,
        message:
          maker === undefined
            ? `${where}: ${action.name} reads ${path}, which is no committed file and no output of an action.`
            : `${where}: ${action.name} reads ${path}. ${maker.script?.path ?? maker.action.name} names it, and ${maker.action.name} does not list it as an output.`,
        fix:
          maker === undefined
            ? 'Commit the file, or list it as an output of the action that makes it.'
            : `List ${path} as an output of ${maker.action.name}.`,
      }),
    ];
  });
}

/** A file that the action's own scripts name elsewhere too is one that they may write first. */
function isMadeHere(path: string, line: number | null, literals: readonly Literal[]): boolean {
  return literals.some((literal) => literal.value.endsWith(path) && literal.line !== line);
}

function names({scripts}: ReadyAction, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return scripts.some(({literals}) => literals.some(({value}) => value.endsWith(name)));
}

/** Tables and features of ehrQL for which a project needs a permission. */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/\bappointments\b/, 'appointments'],
  [/\bcovid_therapeutics\b/, 'covid_therapeutics'],
  [/\bisaric(?:_new)?\b/, 'isaric'],
  [/\boccupation_on_covid_vaccine_record\b/, 'occupation_on_covid_vaccine_record'],
  [/\bopen_prompt\b/, 'open_prompt'],
  [/\bukrr\b/, 'ukrr'],
  [/\bwl_(?:clockstops|openpathways)(?:_raw)?\b/, 'waiting_list'],
  [/\.add_event_table\s*\(/, 'event_level_data'],
];
const CLAIM = /\bclaim_permissions\s*\(([^)]*)\)/g;

function permissionFindings({action, scripts}: ReadyAction): readonly ReadyFinding[] {
  if (action.run.imageName !== 'ehrql') return [];
  return scripts.flatMap(({path, lines}) => {
    const text = lines.join('\n');
    if (!/\behrql\b/.test(text)) return [];
    const found = new Map<string, number>();
    const note = (permission: string, at: number): void => {
      if (!found.has(permission)) found.set(permission, text.slice(0, at).split('\n').length);
    };
    for (const [pattern, permission] of PERMISSIONS) {
      const at = pattern.exec(text)?.index;
      if (at !== undefined) note(permission, at);
    }
    for (const claim of text.matchAll(CLAIM))
      for (const [, permission = ''] of (claim[1] ?? '').matchAll(/["']([^"']+)["']/g))
        note(permission, claim.index);
    return [...found].map(([permission, line]) =>
      finding('R-PERMISSION', {
        ...{path, line, action: action.name},
        message: `${path}, line ${line}, needs the permission ${permission}.`,
      }),
    );
  });
}
