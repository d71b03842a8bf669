import type {CheckFinding} from '../../shared/check';
import {reach} from '../../shared/graph';
import type {Problem} from '../../shared/problem';
import {finding} from './checkedTable';

/** Rules of project.yaml that are about level 4: what they find is known before anything is run. */
const BEFORE_A_RUN: ReadonlySet<string> = new Set(['E-PATH-L4TYPE', 'S-MODERATE-REFUSED']);

/** What project.yaml alone says of files that would be kept from level 4. */
export function level4BeforeRun(problems: readonly Problem[]): readonly CheckFinding[] {
  return problems
    .filter(({rule}) => BEFORE_A_RUN.has(rule))
    .map(({line, message, hint, severity}) =>
      finding(
        'project.yaml',
        'level4-file',
        severity === 'error' ? 'question' : 'check',
        hint === null ? message : `${message} ${hint}`,
        {row: line - 1},
      ),
    );
}

/** Why a file that a run made would be kept from level 4. */
export function level4AfterRun(path: string, reason: string): CheckFinding {
  return finding(
    path,
    'level4-file',
    'question',
    `The server does not copy it to level 4: ${reason}.`,
  );
}

/** A moderately sensitive figure. */
export interface Figure {
  readonly path: string;
  readonly action: string;
}

/** True for a file that shows figures only. */
export function isFigure(path: string): boolean {
  return /\.(png|jpe?g|svgz?|gif|pdf)$/i.test(path);
}

/**
 * Figures without a table that they could be made from. `tables` says by action whether one of its moderately
 * sensitive tables has counts; a table of the figure's own action, or of one that it needs, may be it.
 */
export function figureFindings(
  figures: readonly Figure[],
  tables: ReadonlyMap<string, boolean>,
  upstream: ReadonlyMap<string, readonly string[]>,
): readonly CheckFinding[] {
  return figures.flatMap(({path, action}) => {
    const near = [...reach([action], (name) => upstream.get(name))].flatMap((name) => {
      const counted = tables.get(name);
      return counted === undefined ? [] : [counted];
    });
    if (near.includes(true)) return [];
    return [
      finding(
        path,
        'no-counts',
        near.length === 0 ? 'question' : 'check',
        near.length === 0
          ? `\`${action}\` and what it needs write no moderately sensitive table: this code does not give the counts behind the figure.`
          : `No counts were found in the tables of \`${action}\` and what it needs: this code may not give those behind the figure.`,
      ),
    ];
  });
}
