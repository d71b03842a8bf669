/** Why a rule about a definition in ehrQL matters, and where its documentation is. */
export interface DefinitionRule {
  readonly reason: string;
  readonly link: string;
}

const DOCS = 'https://docs.opensafely.org/ehrql';
const DUMMY = `${DOCS}/how-to/dummy-data/`;
const OUTPUT = `${DOCS}/explanation/output-formats/`;
const CODELISTS = `${DOCS}/reference/language/#codelist_from_csv`;

const PLACED = 'The file would not be found when the job ends, and the job fails.';

/**
 * The rules on what definitions and their run lines say, by code: `D-…` are found in the definition (electron/ehrql/README.md),
 * the others in project.yaml.
 */
export const DEFINITION_RULES = {
  'D-PERMISSION': {
    reason:
      'The server ends the job with exit code 12 where the project does not have the permission.',
    link: `${DOCS}/reference/language/#permissions`,
  },
  'D-DUMMY-COLUMN': {
    reason: 'ehrQL holds a dummy data file against the definition, and the job fails.',
    link: DUMMY,
  },
  'D-DUMMY-EXTRA': {
    reason: 'What is tried on them here does not hold for the data of the server.',
    link: DUMMY,
  },
  'D-TABLE-MISSING': {
    reason: 'ehrQL has no dummy data for the table, and the job fails.',
    link: DUMMY,
  },
  'D-TABLE-COLUMN': {
    reason: 'What the definition selects by the column is tried on nothing here.',
    link: DUMMY,
  },
  'D-EVENT-OUTPUT': {
    reason: 'ehrQL does not write several tables into one file, and the job fails.',
    link: OUTPUT,
  },
  'D-CODELIST-FILE': {reason: 'ehrQL stops at it, here and on the server.', link: CODELISTS},
  'D-CODELIST-COLUMN': {reason: 'ehrQL stops at it, here and on the server.', link: CODELISTS},
  'S-DUMMY-BOTH': {reason: 'The dummy data would be others than expected.', link: DUMMY},
  'S-EHRQL-OUTPUT': {reason: PLACED, link: OUTPUT},
  'E-EHRQL-MISMATCH': {reason: PLACED, link: OUTPUT},
} as const satisfies Readonly<Record<string, DefinitionRule>>;

/** Code of one of them. */
export type DefinitionRuleCode = keyof typeof DEFINITION_RULES;

/** Whether a rule is one of them. */
export function isDefinitionRule(code: string): code is DefinitionRuleCode {
  return Object.hasOwn(DEFINITION_RULES, code);
}
