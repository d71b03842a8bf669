import {resolve} from 'node:path';
import {
  DOCTOR_CHECK_NAMES,
  DOCTOR_CHECKS,
  DOCTOR_RESULTS,
  type DoctorFinding,
  type DoctorRemedy,
} from '../../../shared/doctor';
import {writeFileAtomically} from '../../files/writeAtomically';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';
import {notWritten} from './report';

/** What is asked of `doctor`. */
export interface DoctorOptions {
  /** Ask the registry of images too. */
  readonly network: boolean;
  /** Write the report for support into this file instead. */
  readonly report?: string;
}

/** `doctor`: whether this computer and this study are ready to run, and what to do where they are not. */
export async function doctorCommand(
  context: CommandContext,
  {network, report}: DoctorOptions,
): Promise<ExitCode> {
  const core = await context.core();
  const opened = await core.openStudy(context.projectDir, {watch: false});
  const doctor = opened.ok ? opened.value.doctor : core.doctor;
  const {signal} = new AbortController();
  const leave = {asksRegistry: network, repairs: report === undefined};
  try {
    if (report !== undefined)
      return await writeReport(context, report, await doctor.report(leave, signal));
    // records first: what is damaged is put aside before a run is planned
    const records = await doctor.check('records', leave, signal);
    const found = await Promise.all(
      DOCTOR_CHECK_NAMES.map((check) =>
        check === 'records' ? Promise.resolve(records) : doctor.check(check, leave, signal),
      ),
    );
    const findings = found.flat();
    print(context, findings);
    if (!opened.ok) return reportError(context, opened.error);
    return exitCodeOf(findings);
  } finally {
    if (opened.ok) await opened.value.close();
  }
}

function print({console}: CommandContext, findings: readonly DoctorFinding[]): void {
  for (const {inReport: _, ...finding} of findings) console.json(finding);
  const rows = findings.flatMap(({check, result, message, hint, remedy}, index) => {
    const again = findings[index - 1]?.check === check;
    const command = remedy === null ? null : commandOf(remedy);
    return [
      [DOCTOR_RESULTS[result], again ? '' : DOCTOR_CHECKS[check].title, message],
      ...[hint, command].filter((each) => each !== null).map((each) => ['', '', `→ ${each}`]),
    ];
  });
  for (const line of columns(rows)) console.print(line);
}

/** What does in a terminal what a button does in the window; null where the hint says all. */
function commandOf(remedy: DoctorRemedy): string | null {
  switch (remedy.kind) {
    case 'command':
      return remedy.command;
    case 'page':
      return remedy.url;
    case 'ask-registry':
      return 'study-desk doctor --network';
    case 'dialog':
      return {
        engines: 'study-desk engines',
        images: 'study-desk pull',
        'clean-up': 'study-desk clean --dry-run',
        settings: 'study-desk settings',
      }[remedy.dialog];
    case 'start':
    case 'repair':
      return null;
  }
}

function exitCodeOf(findings: readonly DoctorFinding[]): ExitCode {
  const wrong = findings.filter(({result}) => result === 'wrong').map(({check}) => check);
  if (wrong.length === 0) return EXIT.done;
  if (wrong.includes('engine')) return EXIT.noEngine;
  return wrong.includes('project') ? EXIT.invalid : EXIT.failed;
}

async function writeReport(context: CommandContext, file: string, text: string): Promise<ExitCode> {
  try {
    await writeFileAtomically(resolve(file), text);
  } catch (error) {
    return reportError(context, notWritten(file, error));
  }
  context.console.json({report: file});
  context.console.print(`Written to ${file}. Read it before you hand it on.`);
  return EXIT.done;
}
