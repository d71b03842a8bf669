import {escapeRegExp} from '../../shared/escapeRegExp';

/** What must not leave the computer in a report. */
export interface Redaction {
  readonly userName: string;
  readonly hostName: string;
  readonly homeDir: string;
  /** The open study; paths inside it become study-relative. */
  readonly studyDir: string | null;
  /** Paths of the application itself, which say nothing of the user. */
  readonly appDir: string;
}

/** Replaces a private path. */
const OUTSIDE = '[path outside the study]';

/** Ways credentials look: in addresses, in headers, as tokens of known makers. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, '[key removed]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[credentials removed]@'],
  [/\b(authorization|x-registry-auth|cookie)(["']?\s*[:=]\s*)[^\n]+/gi, '$1$2[removed]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/_=.-]{8,}/gi, '$1 [token removed]'],
  [
    /\b(password|passwd|secret|token|api[_-]?key)(["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    '$1$2[removed]',
  ],
  [/\bgh[a-z]_[A-Za-z0-9]{16,}|\bgithub_pat_[A-Za-z0-9_]{16,}/g, '[token removed]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, '[token removed]'],
];

/** What begins an absolute path: POSIX root, drive letter, or network share. */
const PATH_START = String.raw`(?:[A-Za-z]:[\\/]|\\\\[^\s\\]+\\|\/(?=[A-Za-z0-9_.~-]))`;

/** Absolute paths in quotes, to the closing quote. */
const QUOTED_PATH = new RegExp(String.raw`(["'\`])${PATH_START}[^\n]*?\1`, 'g');

/** Absolute paths in running text, to what can't be part of one: names may hold blanks, so the safe end is late. */
const BARE_PATH = new RegExp(
  String.raw`(?<![A-Za-z0-9_./\\:-])${PATH_START}[^\n"'\`<>|*?:;,()[\]{}]*`,
  'g',
);

/** A line of comma- or tab-separated values, as a traceback or a log may quote from a data file. */
const DATA_ROW = /^[^\n]*(?:[^\n,]*,){3,}[^\n,]*$|^[^\n\t]*(?:\t[^\n\t]*){3,}$/;

/**
 * The text of a report without user name, host name, home folder, paths outside the study, credentials and rows of data.
 * Paths inside the study stay, study-relative; frames of a stack keep file and line of the application.
 */
export function redactReport(text: string, redaction: Redaction): string {
  let redacted = text.replaceAll('\r\n', '\n');
  for (const [pattern, replacement] of SECRETS) redacted = redacted.replace(pattern, replacement);
  redacted = replaceFolder(redacted, redaction.studyDir, 'study:');
  redacted = replaceFolder(redacted, redaction.appDir, 'app:');
  redacted = redacted
    .split('\n')
    .map((line) => (DATA_ROW.test(line) ? '[line with data removed]' : line))
    .join('\n');
  // one word replaces home, so that a blank in it does not end the path
  redacted = replaceFolder(redacted, redaction.homeDir, '/home-folder/');
  redacted = redacted
    .replace(QUOTED_PATH, (_path, quote: string) => `${quote}${OUTSIDE}${quote}`)
    .replace(BARE_PATH, OUTSIDE);
  // the name by which others reach it, and its first part alone
  for (const name of [redaction.hostName, redaction.hostName.split('.')[0] ?? ''])
    redacted = replaceWord(redacted, name, '[computer]');
  return replaceWord(redacted, redaction.userName, '[user]');
}

/** Replaces a folder, written with either slash and in any case where the system ignores it, with a short name. */
function replaceFolder(text: string, folder: string | null, name: string): string {
  if (folder === null || folder.length < 2) return text;
  const anyCase = /^[A-Za-z]:|^\\\\/.test(folder);
  const parts = folder.split(/[\\/]+/).filter((part) => part !== '');
  const root = folder.startsWith('/') || folder.startsWith('\\') ? '[\\\\/]+' : '';
  const pattern = new RegExp(
    `(?:file:[\\\\/]{2,3})?${root}${parts.map(escapeRegExp).join('[\\\\/]+')}(?:([\\\\/])|(?![\\w-]|\\.\\w))`,
    anyCase ? 'gi' : 'g',
  );
  return text.replace(pattern, (_whole, slash: string | undefined) =>
    slash === undefined ? name.replace(/[:/]$/, '') : name,
  );
}

function replaceWord(text: string, word: string, replacement: string): string {
  if (word.length < 2) return text;
  return text.replace(
    new RegExp(`(?<![A-Za-z0-9])${escapeRegExp(word)}(?![A-Za-z0-9])`, 'gi'),
    replacement,
  );
}
