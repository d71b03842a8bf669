import {CHECK_LEVELS, type CheckLevel, type StudyFinding} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount} from '../../shared/format';

/** Findings of one rule in one column of a file: what a researcher answers together. */
export interface CheckRow {
  readonly key: string;
  readonly level: 1;
  readonly first: StudyFinding;
  readonly all: readonly StudyFinding[];
}

/** Which findings are listed. */
export interface CheckFilter {
  readonly text: string;
  readonly levels: ReadonlySet<CheckLevel>;
}

/** All of them. */
export const ALL_FINDINGS: CheckFilter = {text: '', levels: new Set(CHECK_LEVELS)};

/** What may show a single patient, before all else of its level. */
const FIRST: readonly string[] = ['small-count', 'identifier'];

/** Before which others a row is listed, less first: graver levels, then small counts and single patients, then those explained. */
function rankOf({first: {level, rule, waiver}}: CheckRow): number {
  const place = FIRST.indexOf(rule);
  const within = (waiver === null ? 0 : 4) + (place < 0 ? 2 : place);
  return LEVELS.indexOf(level) * 8 + within;
}

/** Rows of the list, in the order of {@link rankOf}. */
export function checkRows(
  findings: readonly StudyFinding[],
  {text, levels}: CheckFilter,
): readonly CheckRow[] {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<string, StudyFinding[]>();
  for (const finding of findings) {
    const {path, rule, column, level, message, action} = finding;
    if (!levels.has(level)) continue;
    const searched = `${path} ${rule} ${DISCLOSURE_RULES[rule].title} ${column ?? ''} ${action ?? ''} ${message}`;
    if (wanted !== '' && !searched.toLowerCase().includes(wanted)) continue;
    const key = JSON.stringify([path, rule, column, level, finding.waiver !== null]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups]
    .flatMap(([key, all]): readonly CheckRow[] => {
      const [first] = all;
      return first === undefined ? [] : [{key, level: 1, first, all}];
    })
    .sort((one, other) => rankOf(one) - rankOf(other));
}

/** How many findings each level has. */
export function levelCounts(
  findings: readonly StudyFinding[],
): Readonly<Record<CheckLevel, number>> {
  const counts = {info: 0, check: 0, question: 0};
  for (const {level} of findings) counts[level] += 1;
  return counts;
}

/** The levels, gravest first. */
export const LEVELS = [...CHECK_LEVELS].reverse();

/** Where a row's findings are, in a few words. */
export function placeWords({first, all}: CheckRow): string {
  const rows = all.flatMap(({row}) => (row === null ? [] : [row]));
  const where = first.path === 'project.yaml' ? 'line' : 'row';
  const places =
    rows.length === 0
      ? ''
      : rows.length === 1
        ? `${where} ${formatCount(rows[0] ?? 0)}`
        : `${formatCount(rows.length)} ${first.column === null ? 'places' : 'cells'}`;
  return [first.column ?? '', places].filter((part) => part !== '').join(', ');
}
