import {buildGraph} from '../../../shared/buildGraph';
import {isPlainName} from '../../../shared/projectEdit';
import {isGenerateCohort} from '../buildAction';
import type {DraftAction, DraftRun, PlacedText, DraftOutput} from '../draftAction';
import {type Report, didYouMean, type BrokenRule} from '../brokenRules';
import {pythonJson} from '../python/pythonJson';
import type {Place} from '../yaml/yamlValue';
import {checkOverlaps} from './checkOverlaps';
import {leavingImage, REUSABLE_ACTION_NAMES, RUNTIME_NAMES} from '../knownImages';
import {isCheckedEhrql, matchesEhrqlOutput} from '../checkExtraction';
import {readEhrqlRun} from '../ehrqlRun';
import {nearestName, nearestPath} from '../../../shared/nearestName';
import {featuresOf} from '../projectVersion';
import {fixesOf, replaceScalar} from '../quickFixes';
import type {QuickFix} from '../../../shared/problem';
import {matchesPattern} from '../outputPattern';
import {isScript, scriptArguments} from '../../../shared/script';
import {findCycles} from '../findCycles';
import {withoutItem} from '../actionEdits';
import {isAbsolutePath, normalPath} from '../../../shared/outputPath';

/** What the rules beyond the reference's look at. */
export interface ExtraRulesInput {
  readonly actions: readonly DraftAction[];
  /** The version in force; NaN where it is given so. */
  readonly version: number;
  readonly text: string;
  /** Study-relative paths with `/`; null leaves out what needs them. */
  readonly files: ReadonlySet<string> | null;
}

/** Reports what Study Desk checks beyond the reference (RULES.md, "Beyond the reference"). */
export function checkExtraRules(input: ExtraRulesInput, report: Report): void {
  checkNeeds(input, report);
  checkOutputPaths(input, report);
  checkOverlaps(input, report);
  checkCaseOnly(input, report);
  checkImages(input, report);
  checkScripts(input, report);
  for (const action of input.actions) {
    checkAction(action, report);
    checkEhrqlRun(action, report);
  }
}

/** S-CASE-ONLY: names and paths that differ only in upper and lower case. */
function checkCaseOnly({actions}: ExtraRulesInput, report: Report): void {
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
        message: `\`${text}\` and the ${what} \`${other}\` differ only in upper and lower case.`,
        hint: 'Choose names that differ in more than case.',
      });
    }
  };
  for (const {name, key, outputs} of actions) {
    check(names, name, key, name, 'action');
    for (const {pattern} of outputs) check(paths, pattern.text, pattern, name, 'output');
  }
}

/** S-ACTION-NAME, S-CONFIG-JSON and S-DUMMY-UNUSED: one action by itself. */
function checkAction(action: DraftAction, report: Report): void {
  const {name, named, key, config, dummyDataFile} = action;
  if (!named || !isPlainName(name)) {
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

/** S-DUMMY-BOTH and S-EHRQL-OUTPUT: what a run line says to ehrQL. */
function checkEhrqlRun({name, run, outputs}: DraftAction, report: Report): void {
  const ehrql = run === null || run.argv === null ? null : readEhrqlRun(run.argv);
  if (run === null || ehrql === null) return;
  if (ehrql.dummyDataFile !== null && ehrql.dummyTables !== null) {
    report({
      rule: 'S-DUMMY-BOTH',
      at: run,
      action: name,
      message:
        '`--dummy-data-file` and `--dummy-tables` are both given: ehrQL takes the file, and leaves the tables.',
      hint: 'Remove one of the two.',
    });
  }
  const {output} = ehrql;
  const patterns = outputs.map(({pattern}) => pattern.text);
  if (output === null || patterns.length === 0 || isCheckedEhrql(run.text)) return;
  const written = output.replace(/^(?:\.\/)+/, '');
  const isListed = patterns.some(
    (pattern) => matchesPattern(pattern, written) || matchesEhrqlOutput(written, [pattern]),
  );
  // what ehrQL takes for a folder without `:` depends on the folder
  if (isListed || !/[.:](?:csv|csv\.gz|arrow)$/.test(written)) return;
  const bare = (path: string): string => path.replace(/\.(?:csv|csv\.gz|arrow)$/, '');
  const near = patterns.find((pattern) => bare(pattern) === bare(written));
  report({
    rule: 'S-EHRQL-OUTPUT',
    at: run,
    action: name,
    message: `\`--output ${output}\` is not among the outputs of the action.`,
    hint:
      near === undefined
        ? `List \`${output}\` among them.`
        : `Make the two the same: \`${output}\` and \`${near}\`.`,
  });
}

const KNOWN_NAMES = [...RUNTIME_NAMES, ...REUSABLE_ACTION_NAMES];

/** S-UNKNOWN-IMAGE, S-LATEST and S-IMAGE-LEAVING: what a command runs on. */
function checkImages({actions, version, text}: ExtraRulesInput, report: Report): void {
  const features = featuresOf(version);
  const nearest = new Map<string, string | null>();
  for (const {name, run} of actions) {
    if (run?.argv === null || run === null) continue;
    const {imageName, imageTag} = run;
    if (!RUNTIME_NAMES.has(imageName)) {
      if (REUSABLE_ACTION_NAMES.has(imageName)) continue;
      if (!nearest.has(imageName)) nearest.set(imageName, nearestName(imageName, KNOWN_NAMES));
      const near = nearest.get(imageName) ?? null;
      report({
        rule: 'S-UNKNOWN-IMAGE',
        at: run,
        action: name,
        message: `\`${imageName}\` is not a known image, so it is treated as a reusable action.`,
        hint: didYouMean(near) ?? 'Check its name at actions.opensafely.org.',
        fixes: fixesOf(near === null ? null : changeImage(text, run, `${near}:${imageTag}`)),
      });
    } else if (imageTag === 'latest' && !features.withoutLatest) {
      report({
        rule: 'S-LATEST',
        at: run,
        action: name,
        message: `\`${imageName}:latest\` means \`${imageName}:v1\`.`,
        hint: `Write \`${imageName}:v1\`, or a newer version.`,
        fixes: fixesOf(changeImage(text, run, `${imageName}:v1`)),
      });
    }
    const leaving = leavingImage(imageName, imageTag);
    const isError = imageName === 'cohortextractor' && features.withoutCohortextractor;
    if (leaving !== undefined && !isError) {
      report({
        rule: 'S-IMAGE-LEAVING',
        at: run,
        action: name,
        message: `\`${imageName}:${imageTag}\` is deprecated.`,
        hint:
          leaving.instead === null
            ? leaving.words
            : `${leaving.words} \`study-desk try-image ${name}\` compares what it makes on both.`,
      });
    }
  }
}

function changeImage(text: string, run: DraftRun, image: string) {
  const before = `${run.imageName}:${run.imageTag}`;
  if (!run.text.startsWith(before)) return null;
  return replaceScalar(
    text,
    run,
    run.text,
    image + run.text.slice(before.length),
    `Change to \`${image}\``,
  );
}

/** Suggestions cost a look at every file, so only so many are made. */
const MOST_SUGGESTIONS = 50;

/** S-SCRIPT-MISSING and S-OUTPUT-IS-SCRIPT: the files that commands name. */
function checkScripts({actions, files, text}: ExtraRulesInput, report: Report): void {
  if (files === null) return;
  const patterns = new Set(
    actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern.text)),
  );
  const wild = [...patterns].filter((pattern) => pattern.includes('*') && isScript(pattern));
  const isOutput = (path: string): boolean =>
    patterns.has(path) || wild.some((pattern) => matchesPattern(pattern, path));
  let suggestions = 0;
  for (const action of actions) {
    const {name, run} = action;
    if (run?.argv === null || run === null || !RUNTIME_NAMES.has(run.imageName)) continue;
    const script = scriptArguments(run.argv)[0];
    if (script === undefined) continue;
    if (files.has(script)) {
      if (isOutput(script)) reportOutput(action, script, run, report);
    } else if (!isOutput(script)) {
      suggestions += 1;
      const near =
        suggestions > MOST_SUGGESTIONS ? null : nearestPath(script, [...files].filter(isScript));
      report({
        rule: 'S-SCRIPT-MISSING',
        at: run,
        action: name,
        message: `The study has no file \`${script}\`.`,
        hint:
          didYouMean(near) ??
          'Check the path: it is relative to the study folder, and case-sensitive.',
        fixes: fixesOf(near === null ? null : changeScript(text, run, script, near)),
      });
    }
  }
}

function reportOutput(action: DraftAction, script: string, run: DraftRun, report: Report): void {
  report({
    rule: 'S-OUTPUT-IS-SCRIPT',
    at: run,
    action: action.name,
    message: `\`${script}\` matches an output pattern, so it will be missing from the containers.`,
    hint: 'Write outputs to a folder without scripts.',
  });
}

function changeScript(text: string, run: DraftRun, script: string, near: string): QuickFix | null {
  const written = text.slice(run.from, run.to);
  const at = written.indexOf(script);
  if (at < 0 || written.includes(script, at + 1) || !/^[\w./-]+$/.test(near)) return null;
  return {
    title: `Change to \`${near}\``,
    edits: [{from: run.from + at, to: run.from + at + script.length, insert: near}],
  };
}

/** Most circles reported at a time. */
const MOST_CYCLES = 20;

/** S-SELF-NEED, S-NEEDS-REPEATED and S-CYCLE: needs that can't be met, or are given twice. */
function checkNeeds({actions, text}: ExtraRulesInput, report: Report): void {
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

/** S-PATH-OUTSIDE, S-PATH-PROJECT, S-PATTERN-SPACE, S-WINDOWS-NAME and S-NO-PATTERN: one output at a time. */
function checkOutputPaths({actions}: ExtraRulesInput, report: Report): void {
  for (const {name, tiers, outputs, key} of actions) {
    for (const output of outputs) {
      const broken = checkOne(output);
      if (broken !== null) report({...broken, at: output.pattern, action: name});
    }
    if (tiers.length > 0 && outputs.length === 0) {
      report({
        rule: 'S-NO-PATTERN',
        at: key,
        action: name,
        message: `The action \`${name}\` lists no outputs.`,
        hint: 'Give each output a label and a path under its tier.',
      });
    }
  }
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function checkOne({pattern}: DraftOutput): Omit<BrokenRule, 'at'> | null {
  const path = pattern.text;
  const parts = path.split('/');
  const normal = normalPath(path);
  if (normal === '..' || normal.startsWith('../')) {
    return {
      rule: 'S-PATH-OUTSIDE',
      message: `\`${path}\` is outside the study.`,
      hint: 'Write the file below the study, for example to `output/`.',
    };
  }
  if (matchesPattern(path, 'project.yaml')) {
    return {
      rule: 'S-PATH-PROJECT',
      message: `\`${path}\` matches project.yaml itself.`,
      hint: 'Write outputs to a separate folder, for example `output/`.',
    };
  }
  if (path !== path.trim() || /[\r\n]/.test(path)) {
    return {
      rule: 'S-PATTERN-SPACE',
      message: `The path \`${path.trim()}\` starts or ends with a space, or contains a line break.`,
      hint: 'Remove them.',
    };
  }
  const odd = parts.find((part) => /[<>:"|]|[. ]$/.test(part) || RESERVED.test(part));
  if (odd !== undefined && odd !== '.' && odd !== '..' && !isAbsolutePath(path) && odd !== '') {
    return {
      rule: 'S-WINDOWS-NAME',
      message: `\`${odd}\` can't be a file name on Windows.`,
      hint: 'Choose another name, so that colleagues on Windows can run the study.',
    };
  }
  return null;
}
