import {appError, type AppError} from '../../shared/errors';
import {APP_ORIGIN} from '../ipc/ipcPort';
import {plainPolicy} from './security';

/** How the process of a page ended, as Electron says it. */
export interface PageEnd {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: string;
  readonly exitCode: number;
}

/** Where the links of the page that stands in for a stopped one lead; the host answers both. */
export const OPEN_AGAIN = `${APP_ORIGIN}/index.html`;
export const COPY_REPORT = `${APP_ORIGIN}/copy-report`;

/** A page that ended this many times within this many milliseconds is not loaded again by itself. */
const MOST_ENDS = 3;
const WITHIN_MS = 30_000;

const REASONS: Readonly<Record<string, string>> = {
  crashed: 'The window’s process crashed.',
  killed: 'The window’s process was stopped by something else.',
  oom: 'The window’s process ran out of memory.',
  'launch-failed': 'The window’s process could not be started.',
};

/** The ends that still count, with the latest one last. */
export function recentEnds(ends: readonly PageEnd[]): readonly PageEnd[] {
  const latest = ends.at(-1)?.at ?? 0;
  return ends.filter(({at}) => latest - at < WITHIN_MS);
}

/** What is said of a page that keeps ending; null while it is worth loading once more. */
export function pageFault(ends: readonly PageEnd[]): AppError | null {
  const last = ends.at(-1);
  if (last === undefined || ends.length < MOST_ENDS) return null;
  return appError('bug', `The window stopped working ${ends.length} times within 30 seconds.`, {
    why: REASONS[last.reason] ?? 'The window’s process ended.',
    hint: 'Open it again. If it happens again, copy the report and send it to whoever supports you.',
    detail: ends
      .map(({at, reason, exitCode}) => `${new Date(at).toISOString()} ${reason} ${exitCode}`)
      .join('\n'),
  });
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 3rem auto; padding: 0 2rem; max-width: 44rem; font: 1rem/1.5 system-ui, sans-serif; }
nav a { display: inline-block; margin: 0 1rem 1rem 0; padding: 0.4rem 1rem; border: 1px solid; border-radius: 8px;
  color: inherit; text-decoration: none; }
a:focus-visible, pre:focus-visible { outline: 3px solid LinkText; outline-offset: 2px; }
pre { padding: 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** The page that stands in for one that keeps ending: words and two links, no script. `note` says how copying the report went. */
export function stoppedPage(
  fault: AppError,
  report: string,
  note: string | null,
  nonce: string,
): string {
  const focus = (here: boolean): string => (here ? ' autofocus' : '');
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${plainPolicy(nonce)}">
<meta name="viewport" content="width=device-width">
<title>${note ?? 'The window stopped'} – Study Desk</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>The window stopped working</h1>
<p>${escaped(`${fault.message} ${fault.why ?? ''}`)}</p>
<p>Runs are not affected and continue. Anything you had not saved in this window is lost.</p>
<nav aria-label="What to do">
<a href="${OPEN_AGAIN}"${focus(note === null)}>Open again</a>
<a href="${COPY_REPORT}"${focus(note !== null)}>Copy report</a>
${note === null ? '' : `<span role="status">${note}.</span>`}
</nav>
<h2>The report</h2>
<pre tabindex="0">${escaped(report)}</pre>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
