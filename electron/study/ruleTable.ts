import type {Severity} from '../../shared/problem';

/** What is the same in every problem of a rule. */
export interface Rule {
  readonly severity: Severity;
  /** Who minds: the reference parser, or Study Desk alone. */
  readonly source: 'reference' | 'study-desk';
  /** Why it matters, for people. */
  readonly why: string;
}

function reference(why: string): Rule {
  return {severity: 'error', source: 'reference', why};
}
function referenceWarning(why: string): Rule {
  return {severity: 'warning', source: 'reference', why};
}
function extraError(why: string): Rule {
  return {severity: 'error', source: 'study-desk', why};
}
function extraWarning(why: string): Rule {
  return {severity: 'warning', source: 'study-desk', why};
}

const SHAPE =
  'Only known parts are read; anything else is refused, so that a typing mistake cannot go unnoticed.';
const LEVEL_4 =
  'Moderately sensitive files are looked at by people outside of the secure server, who can only check these types.';
const PATHS =
  'Paths are taken relative to the study and compared letter by letter, on every kind of computer.';
const EHRQL =
  'The file that ehrQL writes holds one row for each patient; it must be listed, and as highly sensitive.';
const COHORT =
  'The cohort extractor writes patient-level files into one directory, under one tier.';

/** Every rule by its code; RULES.md has what triggers each and what just passes. */
export const RULES = {
  'E-FILE-MISSING': reference('A study is described by its project.yaml, in the folder itself.'),
  'E-YAML-SYNTAX': reference('A file that is not valid YAML cannot be read at all.'),
  'E-YAML-DUPKEY': reference(
    'With the same key twice, one of the two would be lost without a word.',
  ),
  'E-ROOT-TYPE': reference('The file must be a mapping with `version` and `actions`.'),
  'E-KEY-TYPE': reference('Here the reference only understands keys that are text.'),
  'E-UNKNOWN-ROOT': reference(SHAPE),
  'E-VERSION-MISSING': reference('The version says by which rules the rest is read.'),
  'E-VERSION-TYPE': reference('The version says by which rules the rest is read.'),
  'E-VERSION-TOO-NEW': reference('The rules of later versions are not known yet.'),
  'E-ACTIONS-TYPE': reference('A study is its actions: a mapping of names to what each does.'),
  'E-RUN-ALL-RESERVED': reference('`run_all` already stands for all actions together.'),
  'E-ACTION-TYPE': reference('An action says what it runs and what it puts out.'),
  'E-NO-RUN': reference('Without a command there is nothing to run.'),
  'E-NO-OUTPUTS': reference('Files that are not listed as outputs are thrown away after the run.'),
  'E-UNKNOWN-ACTION-KEY': reference(SHAPE),
  'E-OUTPUTS-TYPE': reference('Outputs are grouped by tier, and by label within a tier.'),
  'E-RUN-TYPE': reference('The command is one line of text.'),
  'E-NEEDS-TYPE': reference('The actions needed are a list, even if it is only one.'),
  'E-CONFIG-TYPE': reference('`config` is handed to the command as named values.'),
  'E-DUMMY-TYPE': reference('The dummy data file is given by its path.'),
  'E-OUTPUTS-EMPTY': reference(
    'Files that are not listed as outputs are thrown away after the run.',
  ),
  'E-UNKNOWN-TIER': reference(
    'Each output belongs to one of three tiers, which decide who may see it.',
  ),
  'E-TIER-TYPE': reference('Each output in a tier has a label and a path.'),
  'E-OUTPUT-TYPE': reference('Each output in a tier has a label and a path.'),
  'E-PATH-BACKSLASH': reference(PATHS),
  'E-PATH-WILDCARD': reference('`*` is the only wildcard there is.'),
  'E-PATH-NOEXT': reference(
    'The extension shows what kind of file it is; directories cannot be outputs.',
  ),
  'E-PATH-L4TYPE': reference(LEVEL_4),
  'E-PATH-NORMAL': reference(PATHS),
  'E-PATH-METADATA': reference(
    '`metadata/` belongs to the runner, which keeps logs and records there.',
  ),
  'E-PATH-ABSOLUTE': reference(PATHS),
  'E-RUN-EMPTY': reference('Without a command there is nothing to run.'),
  'E-RUN-QUOTING': reference('The command is split into arguments by the rules of a shell.'),
  'E-RUN-VERSION': reference(
    'The version decides which packages the command finds; without it results cannot be repeated.',
  ),
  'E-NEEDS-SPACE': reference('The names of needed actions cannot hold spaces.'),
  'E-NEEDS-ITEM': reference('The names of needed actions are text.'),
  'E-COHORT-TIERS': reference(COHORT),
  'E-COHORT-DIRS': reference(COHORT),
  'E-EHRQL-TIER': reference(EHRQL),
  'E-EHRQL-NOOUTPUT': reference(EHRQL),
  'E-EHRQL-MISMATCH': reference(EHRQL),
  'E-COHORT-REMOVED': reference('From version 4 on, data are extracted with ehrQL.'),
  'E-LATEST': reference(
    'A fixed version keeps results repeatable; `latest` has always meant `v1`.',
  ),
  'E-DUP-RUN': reference(
    'Two actions that run the same command would overwrite each other’s outputs.',
  ),
  'E-DUP-PATH': reference('Two outputs with the same path would overwrite each other.'),
  'E-NEEDS-UNKNOWN': reference('An action can only need actions of this file.'),
  'E-EXPECT-MISSING': reference('Version 3 needs the size of the dummy population.'),
  'E-EXPECT-UNSUPPORTED': reference(
    'From version 4 on, ehrQL makes the dummy data, and their size is set there.',
  ),
  'E-EXPECT-TYPE': reference('Version 3 needs the size of the dummy population.'),
  'E-EXPECT-NOPOP': reference('Version 3 needs the size of the dummy population.'),
  'E-EXPECT-UNKNOWN': reference(SHAPE),
  'E-EXPECT-NUMBER': reference('The size of the dummy population is a whole number.'),
  'W-OLD-VERSION': referenceWarning('Later versions catch more mistakes before a run.'),
  'W-RUN-ALL': referenceWarning(
    '`run_all` stands for all other actions; one of that name is left out of it.',
  ),
  'S-CYCLE': extraError('Each action of the circle would wait for the others for ever.'),
  'S-SELF-NEED': extraError('The action would wait for itself for ever.'),
  'S-PATH-OUTSIDE': extraError(
    'Outputs are written into the study and nowhere else on your computer.',
  ),
  'S-PATH-PROJECT': extraError(
    'The action would overwrite project.yaml, and it would be kept from every container.',
  ),
  'S-OVERLAP': extraWarning('A file that fits both is put out twice, and the last tier wins.'),
  'S-CASE-ONLY': extraWarning('On Windows and macOS the two are the same file.'),
  'S-MODERATE-REFUSED': extraWarning(
    'On Windows and macOS `opensafely run` also takes longer names that begin like the pattern.',
  ),
  'S-UNKNOWN-IMAGE': extraWarning(
    'A name that is no runtime is fetched as a reusable action from GitHub, and fails if there is none.',
  ),
  'S-SCRIPT-MISSING': extraWarning('The command will not find it in the container.'),
  'S-NEEDS-REPEATED': extraWarning('Once is enough; its outputs would be copied twice.'),
  'S-ACTION-NAME': extraWarning(
    'The name becomes a file name, and is typed in commands and in `needs`.',
  ),
  'S-LATEST': extraWarning('`latest` has always meant `v1` in the tools, never a newer version.'),
  'S-IMAGE-LEAVING': extraWarning('Actions that use it will stop working.'),
  'S-CONFIG-JSON': extraWarning(
    '`opensafely run` stops with an error at values that JSON does not have; Study Desk hands them over as text.',
  ),
  'S-NO-PATTERN': extraWarning(
    'Files that are not listed as outputs are thrown away after the run.',
  ),
  'S-OUTPUT-IS-SCRIPT': extraWarning(
    'Files that fit an output pattern are kept from every container, this script too.',
  ),
  'S-PATTERN-SPACE': extraWarning('Blanks at the ends of a path belong to the file name.'),
  'S-WINDOWS-NAME': extraWarning('Windows cannot store a file of this name.'),
  'S-DUMMY-UNUSED': extraWarning('`dummy_data_file` is only read for the cohort extractor.'),
  'S-DUMMY-BOTH': extraWarning('The dummy data would be others than expected.'),
  'S-EHRQL-OUTPUT': extraWarning(
    'The file would not be found when the job ends, and the job fails.',
  ),
} as const satisfies Readonly<Record<string, Rule>>;

/** Code of a rule. */
export type RuleCode = keyof typeof RULES;
