import type {ReadyFinding} from '../../shared/ready';
import {finding, type ReadyFacts} from './facts';
import type {ReadyRule} from './ruleTable';

/** The rules of codelists (electron/codelists/RULES.md) that are no fault of the list of lists. */
const RULES: ReadonlyMap<string, ReadyRule> = new Map<string, ReadyRule>([
  ['S-CODELIST-EDITED', 'R-CODELIST-EDITED'],
  ['S-CODELIST-MISSING', 'R-CODELIST-MISSING'],
  ['S-CODELIST-NO-MANIFEST', 'R-CODELIST-MISSING'],
  ['S-CODELIST-MANIFEST', 'R-CODELIST-MISSING'],
  ['S-CODELIST-NOT-UPDATED', 'R-CODELIST-MISSING'],
]);

/** Codelists that are not as they were downloaded, or were not downloaded as codelists.txt has them. */
export function codelistFindings({codelists}: ReadyFacts): readonly ReadyFinding[] {
  return codelists
    .filter(({severity}) => severity === 'error')
    .map(({rule, message, hint, file, line}) =>
      finding(RULES.get(rule) ?? 'R-CODELIST-LIST', {
        ...{path: file, line, message},
        ...(hint === null ? {} : {fix: hint}),
      }),
    );
}
