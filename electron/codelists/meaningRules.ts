import type {CodingSystem, RuleSource} from '../../shared/codelist';

/**
 * The rules file of what lists mean: every fact about codes that warnings draw upon, with where it comes from and when that was
 * read. Nothing stands here that no such source says. When one changes, change it here and give the file a new version.
 */
export const MEANING_VERSION = '2026-12-02';

const EHRQL: RuleSource = {
  title: 'ehrQL, formats of codes and reading of codelists (ehrql/codes.py), revision 0193c22',
  url: 'https://github.com/opensafely-core/ehrql/blob/0193c22af98d3004d3b938b2eb71fc0894faa7cb/ehrql/codes.py',
  date: '2026-12-02',
};
const EDITIONS: RuleSource = {
  title:
    'OpenCodelists, changed definitions of ICD-10 as a clinician reviewed them, revision 5dd9e18',
  url: 'https://github.com/opensafely-core/opencodelists/blob/5dd9e18db015bfb4773e8caddb2469784ccfa93e/coding_systems/icd10/known_diffs/combined2016_vs_who2019_term_differences.py',
  date: '2026-12-02',
};
const MOVED: RuleSource = {
  title: 'OpenCodelists, codes that moved between the editions of ICD-10, revision 69733b7',
  url: 'https://github.com/opensafely-core/opencodelists/blob/69733b7794e68edf618bcc01d40cac9ef0e379a8/coding_systems/icd10/known_diffs/combined2016_vs_who2019_moved_codes.py',
  date: '2026-12-02',
};
const MEDICINES: RuleSource = {
  title: 'OpenCodelists issue 2394, health warning for medications codelists',
  url: 'https://github.com/opensafely-core/opencodelists/issues/2394',
  date: '2025-04-02',
};
const DOWNLOADS: RuleSource = {
  title: 'opensafely-cli, codelists check, revision 02e64d2',
  url: 'https://github.com/opensafely-core/opensafely-cli/blob/02e64d26e1259dc7dc898f038c865771a9353d2f/opensafely/codelists.py',
  date: '2026-12-02',
};

/** Each warning with its source. */
export const MEANING_SOURCES = {
  'C-BLANK': EHRQL,
  'C-DUPLICATE': EHRQL,
  'C-OTHER-SYSTEM': EHRQL,
  'C-LOST-ZERO': EHRQL,
  'C-SPREADSHEET': EHRQL,
  'C-COLUMNS': EHRQL,
  'C-ICD10-MEANING': EDITIONS,
  'C-ICD10-MOVED': MOVED,
  'C-OLD-MEDICINES': MEDICINES,
  'C-NOT-READ': DOWNLOADS,
  'C-NOT-LISTED': DOWNLOADS,
} as const;
export type MeaningRule = keyof typeof MEANING_SOURCES;

/** Days after which a list of medicines is old: our own number, as the source names none. */
export const OLD_MEDICINES_DAYS = 365;
export const MEDICINES_SYSTEMS: readonly CodingSystem[] = ['bnf', 'dmd'];

/**
 * The format of a whole code of each system, as ehrQL has it; codes of BNF also of its chapters and sections, and of ICD-10 with a
 * fifth digit, both of which OpenCodelists gives too.
 */
export const CODE_FORMATS: Readonly<Record<CodingSystem, RegExp>> = {
  bnf: /^(?:[01]\d(?:\d{2}){0,2}|[01]\d{6}(?:[\dA-Z]{2}(?:[A-Z][\dA-Z]){0,3})?|2[0-3]\d{9}|2[0-3]\d{0,8})$/,
  snomedct: /^[1-9]\d{5,17}$/,
  dmd: /^[1-9]\d{5,17}$/,
  icd10: /^[A-Z]\d{2}[\dX]?\d?$/,
  opcs4: /^[A-HJ-Z]\d{2,3}$/,
  ctv3: /^(?:[\dA-Za-z]{5}|[\dA-Za-z]{4}\.|[\dA-Za-z]{3}\.{2}|[\dA-Za-z]{2}\.{3})$/,
};

type Meaning = readonly [code: string, meanings: readonly [nhs2016: string, who2019: string]];

/** ICD-10 codes with two meanings: in the NHS edition of 2016 (hospital admissions) and in that of the WHO of 2019 (deaths). */
export const TWO_MEANINGS: ReadonlyMap<string, Meaning[1]> = new Map<string, Meaning[1]>([
  ['I620', ['Subdural haemorrhage (acute)(nontraumatic)', 'Nontraumatic subdural haemorrhage']],
  [
    'R17',
    [
      'Unspecified jaundice',
      'Hyperbilirubinaemia, with or without jaundice, not elsewhere classified',
    ],
  ],
  ['W260', ['Contact with other sharp object(s) (Home)', 'Contact with knife, sword or dagger']],
  [
    'W268',
    [
      'Contact with other sharp object(s) (Other specified places)',
      'Contact with other sharp object(s), not elsewhere classified',
    ],
  ],
  [
    'W269',
    [
      'Contact with other sharp object(s) (Unspecified place)',
      'Contact with unspecified sharp object(s)',
    ],
  ],
  [
    'X340',
    ['Victim of earthquake (Home)', 'Victim of cataclysmic earth movements caused by earthquake'],
  ],
  ['X341', ['Victim of earthquake (Residential institution)', 'Victim of tsunami']],
  [
    'X348',
    [
      'Victim of earthquake (Other specified places)',
      'Victim of other specified effects of earthquake',
    ],
  ],
  [
    'X349',
    ['Victim of earthquake (Unspecified place)', 'Victim of unspecified effect of earthquake'],
  ],
  [
    'X590',
    ['Exposure to unspecified factor (Home)', 'Exposure to unspecified factor causing fracture'],
  ],
  [
    'X599',
    [
      'Exposure to unspecified factor (Unspecified place)',
      'Exposure to unspecified factor causing other and unspecified injury',
    ],
  ],
  ...gases('X47', 'Accidental poisoning by and exposure to ', 'other ', ''),
  ...gases('X67', 'Intentional self-poisoning by and exposure to ', 'other ', ''),
  ...gases('X88', 'Assault by ', '', ''),
  ...gases('Y17', 'Poisoning by and exposure to ', 'other ', ', undetermined intent'),
]);

/** Of four categories, seven codes have a place as their fourth digit in 2016, and a kind of gas in 2019. */
function gases(category: string, begin: string, other: string, end: string): readonly Meaning[] {
  const kinds = [
    ['0', 'Home', 'carbon monoxide from combustion engine exhaust'],
    ['1', 'Residential institution', 'carbon monoxide from utility gas'],
    [
      '2',
      'School, other institution and public administrative area',
      'carbon monoxide from other domestic fuels',
    ],
    ['3', 'Sports and athletics area', 'carbon monoxide from other sources'],
    ['4', 'Street and highway', 'carbon monoxide from unspecified sources'],
    ['8', 'Other specified places', 'other specified gases and vapours'],
    ['9', 'Unspecified place', 'unspecified gases and vapours'],
  ] as const;
  return kinds.map(([digit, place, gas]) => [
    `${category}${digit}`,
    [`${begin}${other}gases and vapours${end} (${place})`, `${begin}${gas}${end}`],
  ]);
}

/** One concept that has other codes in each of the two editions. */
export interface MovedConcept {
  readonly title: string;
  readonly nhs2016: readonly string[];
  readonly who2019: readonly string[];
}

export const MOVED_CODES: readonly MovedConcept[] = [
  {title: 'Pneumocystosis', nhs2016: ['B59'], who2019: ['B485']},
  {title: 'Causalgia', nhs2016: ['G564'], who2019: ['G906']},
  {
    title: 'Irritable bowel syndrome',
    nhs2016: ['K580', 'K589'],
    who2019: ['K581', 'K582', 'K583', 'K588'],
  },
  {title: 'Zika virus disease', nhs2016: ['U06', 'U069'], who2019: ['A925']},
  {title: 'Personal history of COVID-19', nhs2016: ['U073'], who2019: ['U08', 'U089']},
  {title: 'Post COVID-19 condition', nhs2016: ['U074'], who2019: ['U09', 'U099']},
  {
    title: 'Multisystem inflammatory syndrome associated with COVID-19',
    nhs2016: ['U075'],
    who2019: ['U10', 'U109'],
  },
  {title: 'Need for immunization against COVID-19', nhs2016: ['U076'], who2019: ['U11', 'U119']},
  {
    title: 'COVID-19 vaccines causing adverse effects in therapeutic use',
    nhs2016: ['U077'],
    who2019: ['U12', 'U129'],
  },
];
