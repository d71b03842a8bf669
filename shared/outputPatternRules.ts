import {extensionOf, isAbsolutePath, normalPath} from './outputPath';
import {MODERATE_EXTENSIONS, type Tier} from './sensitivity';

/** A rule that the path of an output breaks. */
export interface BrokenPatternRule {
  /** Its code (electron/study/RULES.md). */
  readonly rule:
    | 'E-PATH-BACKSLASH'
    | 'E-PATH-WILDCARD'
    | 'E-PATH-NOEXT'
    | 'E-PATH-L4TYPE'
    | 'E-PATH-NORMAL'
    | 'E-PATH-METADATA'
    | 'E-PATH-ABSOLUTE';
  readonly message: string;
  readonly hint: string;
  /** The path as it should be, where that is certain. */
  readonly fixed: string | null;
}

/** What is wrong with the path of an output under a tier, in the order of electron/study/RULES.md. */
export function brokenPatternRules(tier: Tier, path: string): readonly BrokenPatternRule[] {
  const broken: BrokenPatternRule[] = [];
  const found = (
    rule: BrokenPatternRule['rule'],
    message: string,
    hint: string,
    fixed: string | null = null,
  ): void => {
    broken.push({rule, message, hint, fixed});
  };
  if (path.includes('\\')) {
    const fixed = path.replaceAll('\\', '/');
    found('E-PATH-BACKSLASH', `\`${path}\` holds a backslash.`, `Write \`${fixed}\`.`, fixed);
  }
  const wildcard = /\*\*|\?|\[/.exec(path)?.[0];
  if (wildcard !== undefined) {
    found(
      'E-PATH-WILDCARD',
      `\`${wildcard}\` is not allowed in the path of an output.`,
      '`*` stands for any part of a file or directory name; give each directory level its own.',
    );
  }
  const extension = extensionOf(path);
  if (extension === '' || extension.endsWith('*')) {
    found(
      'E-PATH-NOEXT',
      extension === ''
        ? `\`${path}\` has no file extension.`
        : `The extension of \`${path}\` ends with \`*\`.`,
      'End the path with a file extension such as `.csv`; for all CSV files of a directory write `directory/*.csv`.',
    );
  } else if (tier === 'moderately_sensitive' && !MODERATE_EXTENSIONS.includes(extension)) {
    const lower = extension.toLowerCase();
    const fixed = `${path.slice(0, path.length - extension.length)}${lower}`;
    const onlyCase = MODERATE_EXTENSIONS.includes(lower) && path.endsWith(extension);
    found(
      'E-PATH-L4TYPE',
      `\`${path}\` can't be moderately sensitive: \`${extension}\` files can't be released.`,
      onlyCase
        ? `Write \`${fixed}\`, and let the script write the file under this name.`
        : `Put it under \`highly_sensitive\`, or write one of ${MODERATE_EXTENSIONS.join(' ')}.`,
      onlyCase ? fixed : null,
    );
  }
  const normal = normalPath(path);
  if (normal !== path) {
    found(
      'E-PATH-NORMAL',
      `\`${path}\` is not in its simplest form.`,
      normal === '.' ? 'Write the path of a file.' : `Write \`${normal}\`.`,
      normal === '.' ? null : normal,
    );
  }
  if (path === 'metadata' || path.startsWith('metadata/')) {
    found(
      'E-PATH-METADATA',
      `\`${path}\` is in \`metadata/\`.`,
      'Write it to another directory, such as `output/`.',
    );
  }
  if (isAbsolutePath(path)) {
    found(
      'E-PATH-ABSOLUTE',
      `\`${path}\` is not relative to the study.`,
      'Begin the path with a directory of the study, such as `output/`.',
    );
  }
  return broken;
}
