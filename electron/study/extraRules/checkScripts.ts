import type {QuickFix} from '../../../shared/problem';
import type {DraftAction, DraftRun} from '../draftAction';
import {didYouMean, type Report} from '../brokenRules';
import {RUNTIME_NAMES} from '../knownImages';
import {nearestPath} from '../../../shared/nearestName';
import {matchesPattern} from '../outputPattern';
import {fixesOf} from '../quickFixes';
import {isScript, scriptArguments} from '../../../shared/script';
import type {ExtraRulesInput} from './checkExtraRules';

/** Suggestions cost a look at every file, so only so many are made. */
const MOST_SUGGESTIONS = 50;

/** S-SCRIPT-MISSING and S-OUTPUT-IS-SCRIPT: the files that commands name. */
export function checkScripts({actions, files, text}: ExtraRulesInput, report: Report): void {
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
