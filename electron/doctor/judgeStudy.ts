import type {DefinitionProblem} from '../../shared/dataset';
import {DEFINITION_RULES} from '../../shared/definitionRules';
import type {AppError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import type {RunFinding} from '../../shared/preview';
import type {Result} from '../../shared/result';
import type {StudySnapshot} from '../../shared/study';
import {fine, notChecked, type Judgement, warning, wrong} from './judgement';

/** The answer for everything about a study where none is open. */
export const NO_STUDY = notChecked('No study is open.');

/** The answer for what a run would meet while there is no valid project.yaml. */
export const NO_VALID_PROJECT = notChecked('There is no valid project.yaml.');

/** Whether a folder holds a study, and a valid one. */
export function judgeProject({text, reading, unreadable}: StudySnapshot): readonly Judgement[] {
  if (unreadable !== null) {
    const {message, why, hint} = unreadable;
    const inReport = `project.yaml can't be read. ${why ?? ''}`.trim();
    return [
      wrong([message, why ?? ''].join(' ').trim(), {
        ...(hint === undefined ? {} : {hint}),
        inReport,
      }),
    ];
  }
  if (text === null)
    return [
      wrong('There is no project.yaml: the folder holds no study.', {
        hint: 'Open the folder that holds project.yaml, or begin one there.',
      }),
    ];
  const errors = reading.problems.filter(({severity}) => severity === 'error');
  const [first] = errors;
  if (first !== undefined)
    return [
      wrong(`project.yaml, line ${first.line}: ${first.message}`, {
        hint:
          errors.length === 1
            ? (first.hint ?? first.why)
            : `${formatPlural(errors.length - 1, 'more error')} under Problems, and in \`study-desk validate\`.`,
        inReport: `project.yaml has ${formatPlural(errors.length, 'error')} (${[...new Set(errors.map(({rule}) => rule))].join(' ')}).`,
      }),
    ];
  const version = reading.version === null ? '' : `, version ${reading.version}`;
  return [fine(`project.yaml is valid${version}.`)];
}

/** What a run of everything would meet, beside what has checks of its own. */
export function judgeRun(
  found: Result<readonly RunFinding[], AppError>,
  checkedElsewhere: readonly RunFinding['check'][],
): readonly Judgement[] {
  if (!found.ok)
    return [
      notChecked(`It could not be planned. ${found.error.message}`, {
        ...(found.error.hint === undefined ? {} : {hint: found.error.hint}),
        inReport: 'It could not be planned.',
      }),
    ];
  const judgements = found.value
    .filter(({check, level}) => !checkedElsewhere.includes(check) && level !== 'ok')
    .map(({check, level, message, hint}) => {
      const details = {
        ...(hint === null ? {} : {hint}),
        // outputs and actions are named
        inReport: `In its way, or to be met: ${check}.`,
      };
      return level === 'block' ? wrong(message, details) : warning(message, details);
    });
  return judgements.length > 0 ? judgements : [fine('Nothing is in its way.')];
}

/** What is known of a study's definitions in ehrQL. */
export interface DefinitionFacts {
  readonly problems: readonly (Pick<DefinitionProblem, 'message' | 'file' | 'line'> &
    Partial<DefinitionProblem>)[];
  readonly lookedAt: number;
  /** How many more there are that no image was asked about, and why. */
  readonly left: number;
  readonly why: string;
}

/** Of an error that ehrQL itself reports. */
const CANNOT_LOAD = {
  reason: 'ehrQL stops at it, here and on the server.',
  link: 'https://docs.opensafely.org/ehrql/how-to/errors/',
} as const;

/** Whether the server would accept the definitions. */
export function judgeDefinitions({
  problems,
  lookedAt,
  left,
  why,
}: DefinitionFacts): readonly Judgement[] {
  const found = problems.map(({message, file, line, hint, rule}) => {
    const {reason, link} = rule === undefined ? CANNOT_LOAD : DEFINITION_RULES[rule];
    const code = rule === undefined ? '' : ` [${rule}]`;
    return warning(`${file}${line === null ? '' : `, line ${line}`}: ${message}${code}`, {
      hint: [hint ?? '', reason, link].join(' ').trim(),
      inReport: `A definition: ${rule ?? 'it can’t be loaded'}.`,
    });
  });
  const more =
    left === 0
      ? []
      : [
          notChecked(
            `${formatPlural(left, 'definition')} ${left === 1 ? 'was' : 'were'} looked at as text alone. ${why}`,
            {
              hint: '`study-desk dataset` looks at all of them.',
              inReport: `${formatPlural(left, 'definition')} not looked at in an image.`,
            },
          ),
        ];
  if (found.length + more.length > 0) return [...found, ...more];
  return [
    fine(
      lookedAt === 0
        ? 'No action runs a definition in ehrQL.'
        : `Nothing is wrong with ${formatPlural(lookedAt, 'definition')}.`,
    ),
  ];
}

/** What a kill has left among the study's files: neither code nor output, but `git add` takes it. */
export function judgeLeftBeside(paths: readonly string[]): Judgement {
  const [first] = paths;
  if (first === undefined) return fine('No unfinished file lies among the study’s own.');
  const more = paths.length === 1 ? '' : ` and ${formatPlural(paths.length - 1, 'more file')}`;
  return warning(
    `\`${first}\`${more} ${paths.length === 1 ? 'was' : 'were'} left when Study Desk was killed. What is in there may be sensitive.`,
    {
      hint: 'Remove it under Clean up, or with `study-desk clean`; do not commit it.',
      remedy: {kind: 'dialog', dialog: 'clean-up'},
      inReport: `${formatPlural(paths.length, 'unfinished file')} of ours among the study’s own.`,
    },
  );
}

/** A record that can't be read, in a sentence, and whether the next run moves it aside. */
export interface DamagedRecord {
  readonly message: string;
  readonly isPutAside: boolean;
}

/** What of a study's records is damaged, or has been put aside just now. */
export function judgeRecords(found: {
  readonly damaged: readonly DamagedRecord[];
  /** Null where nothing was to be put aside. */
  readonly putAside: Result<readonly string[], AppError> | null;
}): readonly Judgement[] {
  const {damaged, putAside} = found;
  if (putAside !== null && !putAside.ok) {
    const {message, why, hint} = putAside.error;
    return [
      warning([message, why].filter((part) => part !== undefined).join(' '), {
        ...(hint === undefined ? {} : {hint}),
        inReport: 'Something is damaged, and could not be put aside.',
      }),
    ];
  }
  const moved = (putAside?.value ?? []).map((message) =>
    warning(message, {
      hint: 'Delete it once it is of no use to you.',
      inReport: 'Something was damaged, and is put aside.',
    }),
  );
  const staying = putAside === null ? damaged : damaged.filter(({isPutAside}) => !isPutAside);
  const left = staying.map(({message, isPutAside}) =>
    isPutAside
      ? warning(message, {
          hint: 'It is put aside at the next run.',
          remedy: {kind: 'repair'},
          inReport: 'Something is damaged.',
        })
      : warning(message, {
          hint: 'It stays as it is, and is read again once that is put right.',
          inReport: 'Something kept in the study can’t be read.',
        }),
  );
  if (moved.length + left.length > 0) return [...moved, ...left];
  return [
    putAside === null
      ? fine(
          'Nothing was found damaged when the study was opened; logs and copies were not looked through.',
          {
            remedy: {kind: 'repair'},
          },
        )
      : fine('All of it can be read.'),
  ];
}
