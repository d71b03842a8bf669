import os from 'node:os';
import {
  DOCTOR_CHECK_NAMES,
  DOCTOR_CHECKS,
  DOCTOR_RESULTS,
  type DoctorFinding,
} from '../../shared/doctor';
import type {AppError} from '../../shared/errors';
import {type ResolvedSettings, SETTING_KEYS, SETTINGS} from '../../shared/settings';
import {type Redaction, redactReport} from './redact';

/** What a support report holds. */
export interface ReportedState {
  readonly findings: readonly DoctorFinding[];
  readonly settings: Pick<ResolvedSettings, 'sources'>;
}

/**
 * The report that a user hands to who helps them: what every check found, in words that name nothing of theirs, and which settings
 * were chosen where, without their values. What holds a name all the same is taken out like everywhere else.
 */
export function writeSupportReport(
  {findings, settings}: ReportedState,
  redaction: Redaction,
): string {
  const widest = Math.max(...Object.values(DOCTOR_RESULTS).map(({length}) => length));
  const checks = DOCTOR_CHECK_NAMES.flatMap((check) =>
    findings
      .filter((finding) => finding.check === check)
      .map(
        ({result, inReport}) =>
          `${DOCTOR_RESULTS[result].padEnd(widest)}  ${DOCTOR_CHECKS[check].title}: ${inReport}`,
      ),
  );
  const chosen = SETTING_KEYS.map((key) => `${SETTINGS[key].name}: ${settings.sources[key]}`);
  const parts = [
    'Study Desk, report for support',
    '',
    ...checks,
    '',
    'Settings, and where their values come from:',
    ...chosen,
  ];
  return `${redactReport(parts.join('\n'), redaction)}\n`;
}

/** What must not leave this computer in a report. */
export function thisUser(studyDir: string | null, appDir: string): Redaction {
  return {
    userName: userName(),
    hostName: os.hostname(),
    homeDir: os.homedir(),
    studyDir,
    appDir,
  };
}

/** Empty where the system has no name for the user, as in some containers. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return '';
  }
}

/** What ran where, for a report. */
export interface ReportSetting {
  readonly version: string;
  readonly electronVersion: string;
  readonly system: string;
  /** Last known engine, in words. */
  readonly engine: string;
}

/** The report a user pastes into a message: what went wrong and on what, without anything of theirs. */
export function writeReport(error: AppError, setting: ReportSetting, redaction: Redaction): string {
  const parts = [
    `Study Desk ${setting.version}, Electron ${setting.electronVersion}, ${setting.system}`,
    `Engine: ${setting.engine}`,
    `Kind: ${error.kind}`,
    error.message,
    ...(error.why === undefined ? [] : [`Why: ${error.why}`]),
    ...(error.hint === undefined ? [] : [`What to do: ${error.hint}`]),
    ...(error.detail === undefined ? [] : ['', error.detail]),
  ];
  return `${redactReport(parts.join('\n'), redaction)}\n`;
}
