import {lastLine} from './causes/messageWords';
import type {FailureButton, FailureCard, FailurePlace} from '../../shared/failure';
import {ehrqlFailure} from './causes/ehrqlCauses';
import {jobFailure} from './causes/jobCauses';
import {pythonFailure} from './causes/pythonCauses';
import {rFailure} from './causes/rCauses';
import {shellFailure} from './causes/shellCauses';
import {stataFailure} from './causes/stataCauses';
import type {Action} from '../../shared/project';
import type {FailureFacts, KnownFailure} from './failureFacts';
import {lookUp, type LookedUp} from './lookUp';
import {isScript} from '../../shared/script';

/** Lines shown around the place of a failure. */
const CODE_LINES = 5;

/**
 * Why a job failed: a card where its log ends in words that are known (RULES.md), null for everything else. Rather no
 * card than a wrong one: a message that was followed by anything, or an exit code that does not go with it, is none.
 */
export async function explainFailure(facts: FailureFacts): Promise<FailureCard | null> {
  const finding = knownFailureOf(facts);
  if (finding === null) return null;
  const place = await placeOf(finding, facts);
  const found = await lookUp(finding, facts, place?.path ?? null);
  const {jobId, action} = facts;
  const fix = facts.study === null ? null : found.fix;
  return {
    jobId,
    action,
    rule: finding.rule,
    title: found.title,
    cause:
      finding.at === null
        ? {seq: null, text: facts.message}
        : {seq: facts.firstSeq + finding.at, text: facts.lines[finding.at] ?? ''},
    place,
    meant: found.meant,
    missingNeed: found.missingNeed,
    remedies: found.remedies,
    fix: fix === null ? null : {...fix, revision: facts.study?.revision ?? 0},
    button: fix === null ? buttonOf(found, place, facts) : {kind: 'fix'},
  };
}

/** The next step where no change of project.yaml is known to help. */
function buttonOf(
  {button}: LookedUp,
  place: FailurePlace | null,
  facts: FailureFacts,
): FailureButton {
  if (button !== null && button !== 'project' && button !== 'script') return {kind: button};
  if (place !== null && button === null) return {kind: 'open', path: place.path, line: place.line};
  const [script] = button === 'project' ? [] : runScripts(facts);
  if (script !== undefined) return {kind: 'open', path: script, line: null};
  const line = actionOf(facts)?.run.span.line ?? null;
  return {kind: 'open', path: 'project.yaml', line};
}

function actionOf({study, action}: FailureFacts): Action | undefined {
  return study?.project.actions.find(({name}) => name === action);
}

/** The known failure that a log ends in, before the study was looked at. */
function knownFailureOf(facts: FailureFacts): KnownFailure | null {
  const known = jobFailure(facts);
  if (known !== null) return known;
  if (facts.statusCode !== 'nonzero_exit' || facts.exitCode === null) return null;
  const {exitCode} = facts;
  const end = lastLine(facts.lines, (line) => line.trim() !== '');
  const printed = facts.lines.slice(0, end + 1).map((line) => line.trimEnd());
  const image = imageName(facts);
  if (printed.length === 0 && image !== 'ehrql') return null;
  const lines = asInContainer(printed, runScripts(facts));
  if (image === 'ehrql') return ehrqlFailure(lines, exitCode);
  if (/^stata/.test(image ?? '')) return stataFailure(lines);
  return (
    pythonFailure(lines, exitCode) ??
    rFailure(lines, exitCode) ??
    shellFailure(lines, exitCode) ??
    (image === null ? stataFailure(lines) : null)
  );
}

/** The lines with the paths that a container would have printed, where this computer's own programs ran the job. */
function asInContainer(lines: readonly string[], scripts: readonly string[]): readonly string[] {
  for (const script of scripts)
    for (const line of lines) {
      const at = line.indexOf(`/${script}`);
      const root = at < 0 ? undefined : /(?:\/|[A-Za-z]:[/\\])[^"']*$/.exec(line.slice(0, at))?.[0];
      if (root !== undefined && root !== '/workspace')
        return lines.map((each) => each.replaceAll(`${root}/`, '/workspace/'));
    }
  return lines;
}

function imageName(facts: FailureFacts): string | null {
  return actionOf(facts)?.run.imageName ?? null;
}

async function placeOf(finding: KnownFailure, facts: FailureFacts): Promise<FailurePlace | null> {
  const named = finding.place;
  const found =
    named === null
      ? await placeBySearch(finding.search ?? [], runScripts(facts), facts.code)
      : named;
  if (found === null) return null;
  const code = await facts.code(found.path);
  if (code === null) return null;
  const all = code.text.split(/\r\n|\r|\n/);
  if (found.line < 1 || found.line > all.length) return null;
  const before = Math.floor(CODE_LINES / 2);
  const firstLine = Math.max(1, Math.min(found.line - before, all.length - CODE_LINES + 1));
  return {
    path: found.path,
    line: found.line,
    firstLine,
    code: all.slice(firstLine - 1, firstLine - 1 + CODE_LINES),
    foundBy: named === null ? 'search' : 'message',
    changedSince: code.changedSince,
  };
}

/** Scripts that are looked through for one. */
const MOST_SCRIPTS = 12;

/** The scripts that the run line of a job names. */
function runScripts(facts: FailureFacts): readonly string[] {
  const argv = actionOf(facts)?.run.argv ?? [];
  return argv.slice(1).filter((word) => isScript(word));
}

/**
 * The only line with one of the texts in the scripts of a job and in those that they read with `source` or `do`: R and
 * Stata do not say where a script stopped. Null where no line has it, or several have.
 */
async function placeBySearch(
  texts: readonly string[],
  scripts: readonly string[],
  code: FailureFacts['code'],
): Promise<{readonly path: string; readonly line: number} | null> {
  const wanted = texts.map((text) => text.trim()).filter((text) => text !== '');
  const paths = [...scripts];
  const places: {readonly path: string; readonly line: number}[] = [];
  for (const path of paths) {
    const text = (await code(path))?.text ?? '';
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
      const plain = withoutComment(line);
      if (wanted.some((each) => holds(plain, each))) places.push({path, line: index + 1});
      const [, read] =
        /\b(?:source\s*\(\s*(?:here(?:::here)?\s*\(\s*)?|do\s+)["']([^"']+)["']/.exec(plain) ?? [];
      if (read !== undefined && !paths.includes(read) && paths.length < MOST_SCRIPTS)
        paths.push(read);
    }
  }
  const [only, ...others] = places;
  return only !== undefined && others.length === 0 ? only : null;
}

function withoutComment(line: string): string {
  return /^\s*(#|\*|\/\/)/.test(line) ? '' : line;
}

/** A name counts as a whole word; R writes calls anew, with other quotes and blanks. */
function holds(line: string, text: string): boolean {
  if (/^[\w.]+$/.test(text))
    return new RegExp(`(?<![\\w.])${text.replace(/\./g, '\\.')}(?![\\w.])`).test(line);
  const plain = (of: string): string => of.replace(/\s+/g, '').replace(/'/g, '"');
  return plain(line).includes(plain(text));
}
