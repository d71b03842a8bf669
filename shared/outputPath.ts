/** A path in the normal form of POSIX: no `.`, no empty and no inner `..` part (rule E-PATH-NORMAL). */
export function normalPath(path: string): string {
  if (path === '') return '.';
  // no part is empty, `.` or `..`: nearly every path there is
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path;
  const root =
    path.startsWith('//') && !path.startsWith('///') ? '//' : path.startsWith('/') ? '/' : '';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && (parts.length === 0 || parts.at(-1) === '..'))) {
      parts.push(part);
    } else {
      parts.pop();
    }
  }
  const joined = root + parts.join('/');
  return joined === '' ? '.' : joined;
}

/** The last part of a path; trailing slashes and `.` parts don't count. */
export function baseName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.at(-1) ?? '';
}

/** The final extension with its dot; empty for names such as `.csv`, `a.` and `a`. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 && dot < name.length - 1 ? name.slice(dot) : '';
}

/** Everything before the last slash, as Python's `os.path.dirname`. */
export function directoryOf(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

/** Absolute on POSIX or on Windows (rule E-PATH-ABSOLUTE). */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^.:[/\\]/su.test(path);
}
