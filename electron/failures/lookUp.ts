import type {MeantNames} from '../../shared/failure';
import {nearestFirst, nearestName, nearestPath} from '../../shared/nearestName';
import type {QuickFix} from '../../shared/problem';
import {matchesPattern} from '../study/outputPattern';
import {studyPathOf} from './causes/pythonEnding';
import {leavingImage} from '../study/knownImages';
import type {CauseButton, FailureFacts, KnownFailure} from './failureFacts';

/** What the study adds to a finding. */
export interface LookedUp {
  readonly title: string;
  readonly remedies: readonly string[];
  readonly fix: QuickFix | null;
  readonly meant: MeantNames | null;
  /** The only action that makes the file which was not there, where it is not needed. */
  readonly missingNeed: {readonly need: string; readonly path: string} | null;
  readonly button: CauseButton | null;
}

/** Holds what a message is about against the study: headers, outputs of actions, scripts, what the job wrote; `script` is where it failed. */
export async function lookUp(
  finding: KnownFailure,
  facts: FailureFacts,
  script: string | null,
): Promise<LookedUp> {
  const {subject, title, remedies, button = null} = finding;
  const plain: LookedUp = {title, remedies, button, fix: null, meant: null, missingNeed: null};
  switch (subject?.kind) {
    case undefined:
      return plain;
    case 'columns': {
      const meant = await columnsMeant(subject.names, facts);
      const others = subject.names.filter((each) => each !== meant?.name);
      return {...plain, meant, remedies: [...(await columnRemedies(others, facts)), ...remedies]};
    }
    case 'name':
      return {...plain, meant: await namesMeant(subject.name, facts, script)};
    case 'input':
      return {...plain, ...inputDetails(subject.path, facts, plain)};
    case 'script':
      return {
        ...plain,
        remedies: [...nearestFile(subject.path, await facts.codePaths()), ...remedies],
      };
    case 'module':
      return {
        ...withNewerImage(plain, facts),
        ...moduleDetails(subject.name, await facts.codePaths()),
      };
    case 'package':
      return withNewerImage(plain, facts);
    case 'outputs':
      return {...plain, ...outputDetails(facts)};
  }
}

/** Where each name is, or what comes nearest to it, in the headers of the job's inputs. */
async function columnRemedies(
  names: readonly string[],
  facts: FailureFacts,
): Promise<readonly string[]> {
  const headers = await facts.headers();
  return names.flatMap((name) => {
    const having = headers.find(({columns}) => columns.includes(name));
    if (having !== undefined)
      return [
        `\`${having.path}\` does have a column \`${name}\`: look where the script drops or renames it, or whether it reads another file.`,
      ];
    for (const {path, columns} of headers) {
      const near = nearestName(name, columns);
      if (near !== null) return [`The nearest name to \`${name}\` in \`${path}\` is \`${near}\`.`];
    }
    return [];
  });
}

/** The header that the first name which no table has is nearest to; that of a sole table though nothing in it is near. */
async function columnsMeant(
  names: readonly string[],
  facts: FailureFacts,
): Promise<MeantNames | null> {
  const headers = await facts.headers();
  const name = names.find((each) => !headers.some(({columns}) => columns.includes(each)));
  if (name === undefined) return null;
  const header =
    headers.find(({columns}) => nearestName(name, columns) !== null) ??
    (headers.length === 1 ? headers[0] : undefined);
  if (header === undefined) return null;
  return {kind: 'column', name, from: header.path, names: nearestFirst(name, header.columns)};
}

/** Names of the script that one in it which nothing has may stand for: those that are near, which are few. */
async function namesMeant(
  name: string,
  facts: FailureFacts,
  script: string | null,
): Promise<MeantNames | null> {
  const text = script === null ? null : ((await facts.code(script))?.text ?? null);
  const word = /\.r$/i.test(script ?? '') ? /[A-Za-z.][\w.]*/g : /[A-Za-z_]\w*/g;
  const words = [...new Set(text?.match(word) ?? [])];
  const names = nearestFirst(name, words).filter((each) => nearestName(name, [each]) !== null);
  return names.length === 0 ? null : {kind: 'name', name, from: script, names};
}

/** An image that is to go has older packages than the one in its place. */
function withNewerImage(plain: LookedUp, {study, action}: FailureFacts): LookedUp {
  const run = study?.project.actions.find(({name}) => name === action)?.run;
  const leaving = run === undefined ? undefined : leavingImage(run.imageName, run.imageTag);
  if (leaving === undefined || leaving.instead === null) return plain;
  const {image, instead} = leaving;
  return {
    ...plain,
    button: 'move-image',
    remedies: [
      `\`${image}\` is on its way out and has older packages than \`${instead}\`: try the action on that one.`,
      ...plain.remedies,
    ],
  };
}

/** A path that no job can have, whatever is in the study; null where it may be one of the study's. */
function foreignPath(written: string, facts: FailureFacts): Partial<LookedUp> | null {
  const slashed = written.replace(/\\+/g, '/');
  if (/^(?:[A-Za-z]:\/|\/(?:home|Users|mnt\/[a-z])\/|~\/)/.test(slashed))
    return {
      title: `\`${written}\` is a path of one computer, which a job doesn't see.`,
      remedies: ['Write paths as they are in the study, such as `output/dataset.csv`.'],
    };
  if (slashed !== written)
    return {
      title: `\`${slashed}\` is written with backslashes, which only Windows takes for folders.`,
      remedies: ['Write paths with forward slashes (`/`): jobs run on Linux.'],
    };
  const path = studyPathOf(written)?.toLowerCase();
  const other = facts.inputs.find((each) => each.toLowerCase() === path);
  return other === undefined
    ? null
    : {
        title: `\`${written}\` is there as \`${other}\`.`,
        remedies: ['Write it so: in jobs capital letters count, though not on Windows and macOS.'],
      };
}

/** Which action makes a file that was not there, and whether it is needed. */
function inputDetails(written: string, facts: FailureFacts, plain: LookedUp): Partial<LookedUp> {
  const foreign = foreignPath(written, facts);
  if (foreign !== null) return foreign;
  const path = studyPathOf(written);
  const own = facts.study?.project.actions.find(({name}) => name === facts.action);
  if (path === null || facts.study === null || own === undefined) return {};
  const {project, edits} = facts.study;
  const makers = project.actions.filter(({outputs}) =>
    outputs.some(({pattern}) => matchesPattern(pattern, path)),
  );
  const [maker] = makers;
  if (maker === undefined) {
    return {
      meant:
        facts.inputs.length === 0
          ? null
          : {kind: 'file', name: path, from: null, names: nearestFirst(path, facts.inputs)},
      remedies: [
        ...(nearestPath(path, facts.inputs) === null
          ? [`No action of project.yaml has \`${path}\` among its outputs.`]
          : []),
        ...plain.remedies,
      ],
    };
  }
  if (makers.some(({name}) => name === own.name))
    return {
      remedies: [
        'It is an output of this action itself, which begins without its earlier outputs: write it before it is read.',
        ...plain.remedies,
      ],
    };
  if (makers.some(({name}) => own.needs.includes(name)))
    return {
      remedies: [
        `\`${maker.name}\`, which is needed, may make it and has not: run that action again and look at what it makes.`,
        ...nearestFile(path, facts.inputs),
      ],
    };
  return {
    title: `\`${path}\` is made by \`${maker.name}\`, which is not in \`needs\`.`,
    remedies: [
      `Add \`${maker.name}\` to the \`needs\` of \`${own.name}\`: a job is given the outputs of the actions that it needs itself, and no others.`,
    ],
    // two that could make it are for the user to choose from
    fix: makers.length === 1 ? edits.addNeed(own.name, maker.name) : null,
    missingNeed: makers.length === 1 ? {need: maker.name, path} : null,
  };
}

/** A sentence on the path that comes nearest; none where none does. */
function nearestFile(written: string, paths: readonly string[]): readonly string[] {
  const near = nearestPath(studyPathOf(written) ?? written, paths);
  return near === null ? [] : [`Did you mean \`${near}\`?`];
}

/** A module of the study's own that lies where Python does not look for it is not a package that is missing. */
function moduleDetails(name: string, codePaths: readonly string[]): Partial<LookedUp> {
  const own = codePaths.find(
    (path) => path.endsWith(`/${name}.py`) || path === `${name}.py` || path.includes(`/${name}/`),
  );
  if (own === undefined) return {};
  return {
    title: `Python does not find \`${name}\`, though the study has \`${own}\`.`,
    button: null,
    remedies: [
      'Python looks beside the script that is run, not in the whole study: put the module there, or import it by its folders with `python -m`.',
    ],
  };
}

/** The file that was written in place of the one that a pattern asks for. */
function outputDetails({
  study,
  action,
  unmatchedPatterns,
  unmatchedFiles,
}: FailureFacts): Partial<LookedUp> {
  const [pattern] = unmatchedPatterns;
  if (pattern === undefined || unmatchedPatterns.length > 1) return {};
  const near = nearestPath(pattern, unmatchedFiles);
  if (near === null) return {};
  const fits = !pattern.includes('*') && extension(near) === extension(pattern);
  return {
    title: `The job wrote \`${near}\`, but project.yaml expects \`${pattern}\`.`,
    remedies: ['Change one to match the other.'],
    fix: fits && study !== null ? study.edits.changeOutput(action, pattern, near) : null,
  };
}

function extension(path: string): string {
  return /\.[^./]+$/.exec(path)?.[0] ?? '';
}
