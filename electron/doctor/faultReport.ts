import type {AppError} from '../../shared/errors';
import {redactReport, type Redaction} from './redact';

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
