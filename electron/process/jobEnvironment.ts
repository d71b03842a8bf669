type Environment = Readonly<Record<string, string | undefined>>;

/** What a program needs to be found, to find its packages and to write in the user's language; nothing that is secret. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'PYTHONPATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
];
const PASSED_ON_BY_START = ['LC_', 'R_LIBS'];
/** Windows programs don't start without the first, and look for a person's packages in the last. */
const PASSED_ON_BY_WINDOWS = [
  'SYSTEMROOT',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
];

/**
 * The part of this process's environment that commands are given: tokens, keys and addresses of databases stay here.
 * `more` are the names that the user's settings add.
 */
export function jobEnvironment(
  env: Environment,
  more: readonly string[],
  platform: NodeJS.Platform,
): Record<string, string> {
  const windows = platform === 'win32';
  // names of variables ignore case there
  const nameOf = (name: string): string => (windows ? name.toUpperCase() : name);
  const names = new Set(
    [...PASSED_ON, ...(windows ? PASSED_ON_BY_WINDOWS : []), ...more].map(nameOf),
  );
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isPassed =
      names.has(nameOf(name)) || PASSED_ON_BY_START.some((start) => nameOf(name).startsWith(start));
    if (isPassed && value !== undefined) passed[name] = value;
  }
  return passed;
}
