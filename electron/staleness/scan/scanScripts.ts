/** What a scan of an action's scripts found. */
export interface ScriptScan {
  /** Study-relative code files, sorted. */
  readonly paths: readonly string[];
  /** Every file that is read was found; otherwise any code file may be. */
  readonly certain: boolean;
}

/** Which code files the scripts named in a run line read, by following them. */
export function scanScripts(
  argv: readonly string[],
  codePaths: readonly string[],
  readText: (path: string) => string | null,
): ScriptScan {
  void readText;
  return {paths: argv.filter((token) => codePaths.includes(token)), certain: false};
}
