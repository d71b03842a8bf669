import {expect, it} from 'vitest';
import {CODING_SYSTEMS, type CodingSystem} from '../../../shared/codelist';
import {readList, recordsOf} from '../../../electron/codelists/listText';
import {listWarnings} from '../../../electron/codelists/meaning';
import {MEANING_SOURCES, MOVED_CODES, TWO_MEANINGS} from '../../../electron/codelists/meaningRules';

const NOW = Date.parse('2026-12-02');
const NO_FACTS = {version: '1a2b', downloadedAt: '2026-11-01 00:00:00Z', earlier: null, now: NOW};

const rulesOf = (text: string, name = 'opensafely/x', facts = {}): readonly string[] =>
  listWarnings(readList(text, name), {...NO_FACTS, ...facts}).map(({rule}) => rule);

it('recordsOf reads quotes, commas, every line end and a text that is cut in a quote', () => {
  const text = '\ufeffa,b\r\n"x, ""y""\nz",2\n\n3\r4,"open';
  expect([...recordsOf(text)]).toEqual([
    {fields: ['a', 'b'], line: 1},
    {fields: ['x, "y"\nz', '2'], line: 2},
    {fields: [''], line: 4},
    {fields: ['3'], line: 5},
    {fields: ['4', 'open'], line: 6},
  ]);
});

/** Codes of each system, made up in its form; headings and names as lists have them. */
const WELL_MADE: readonly (readonly [CodingSystem, name: string, text: string])[] = [
  [
    'icd10',
    'opensafely/asthma',
    'code,term\nJ45,Asthma\nJ450,Predominantly allergic asthma\nJ46X,Status',
  ],
  ['icd10', 'user/a/stroke-icd-10', 'icd_code,category\nI60,1\nI61,1\nI63,2'],
  [
    'icd10',
    'opensafely/covid',
    'ICD10_code,ICD10_description\nU071,COVID-19\nU072,COVID-19 not identified',
  ],
  [
    'icd10',
    'opensafely/long-covid',
    'code,term\nU074,Post COVID-19 condition\nU09,Post\nU099,Post',
  ],
  [
    'icd10',
    'bristol/ibs',
    'code,term\nK58,IBS\nK580,IBS\nK589,IBS\nK581,IBS\nK582,IBS\nK583,IBS\nK588,IBS',
  ],
  ['icd10', 'a/dementia', 'term,code\n"Dementia, in Alzheimer",F00\nVascular,F01\nOther,F02'],
  ['icd10', 'a/injury', 'code\nS7200\nS7201\nS721'],
  ['icd10', 'a/cancer', 'icd,term\nC50,Breast\nC61,Prostate'],
  ['icd10', 'a/flu', 'code,term\r\nJ09,Influenza\r\nJ10,Influenza\r\nJ11,Influenza\r\n'],
  ['icd10', 'a/lupus', '"code","term"\n"M32","Systemic lupus"\n"L93","Lupus erythematosus"'],
  ['snomedct', 'opensafely/asthma', 'code,term\n195967001,Asthma\n389145006,Allergic asthma'],
  [
    'snomedct',
    'nhsd/ast_cod',
    'code,term\n195967001,Asthma\n10674711000119105,Asthma\n31387002,Exercise',
  ],
  [
    'snomedct',
    'a/eth',
    'Code,Description,Grouping_16,Grouping_6\n92391000000108,White,1,1\n976631000000101,Mixed,4,2',
  ],
  ['snomedct', 'a/bmi', 'snomedct_id,term\n60621009,BMI\n846931000000101,BMI'],
  ['snomedct', 'a/smoking', 'conceptId,name\n8517006,Ex\n77176002,Smoker'],
  [
    'snomedct',
    'a/shield',
    'code,active,term\n1300561000000107,1,High risk\n1300571000000100,1,Moderate',
  ],
  ['snomedct', 'a/six', 'code,term\n228272,Short\n1234567,Seven\n195967001,Asthma'],
  ['snomedct', 'a/one', 'code\n195967001\n'],
  ['snomedct', 'a/quoted', 'code,term\n195967001,"Asthma, ""any"""\n31387002,"Two\nlines"'],
  ['snomedct', 'a/dup-terms', 'code,term\n195967001,Asthma\n31387002,Asthma'],
  [
    'ctv3',
    'opensafely/asthma',
    'CTV3ID,CTV3PreferredTermDesc\nH33..,Asthma\nXE0YT,Asthma\n173A.,Exercise',
  ],
  [
    'ctv3',
    'opensafely/ethnicity',
    'Code,Description,Grouping_6\n9S1..,White,1\nXaJQv,British,1\n9S2..,Black,4',
  ],
  ['ctv3', 'a/smoke', 'CTV3Code,Category\n1371.,N\n137..,S\nXE0oh,N'],
  ['ctv3', 'a/cancer', 'CTV3ID\nB10..\nB11..\nXa97r'],
  ['ctv3', 'a/stroke', 'read_code,term\nG66..,Stroke\nG61..,Haemorrhage\nXaEGq,Stroke'],
  ['ctv3', 'a/numbers', 'code,term\n22K..,BMI\n22A..,Weight\n229..,Height'],
  ['ctv3', 'a/frailty', 'CTV3Code,term\nXabdY,Frailty\nX76Ao,Frailty\nR2007,Frailty'],
  ['ctv3', 'a/dm', 'CTV3ID,term\nC10..,Diabetes\nX40J4,Type 1\nX40J5,Type 2'],
  ['ctv3', 'a/zero', 'CTV3ID,term\n00123,Nurse\n0131.,Other\n03E1.,Third'],
  ['ctv3', 'a/lower', 'CTV3ID,term\nXaBVJ,A\nxaBVJ,B\nH33z.,C'],
  [
    'bnf',
    'openprescribing/statins',
    'code,term\n0212000B0AAAAAA,Atorva\n0212000B0AAABAB,Atorva\n0212000X0AAAAAA,Prava',
  ],
  ['bnf', 'a/bnf-chapter', 'bnf_code,name\n01,Gastro\n0101,Dyspepsia\n010101,Antacids'],
  ['bnf', 'a/chemical', 'code,term\n0301011R0,Salbutamol\n0301011V0,Terbutaline'],
  ['bnf', 'a/appliance', 'bnf_code,term\n21010900305,Needle\n20031000200,Bandage'],
  ['bnf', 'a/product', 'code,term\n0501130R0AA,Nitro\n0501130R0BB,Macro'],
  ['bnf', 'a/one', 'bnf\n0403030D0AAAAAA'],
  ['bnf', 'a/strength', 'code,term\n1001010P0AAADAD,Naproxen\n1001010P0AAAEAE,Naproxen'],
  ['bnf', 'a/quoted', '"code","term"\n"0601012V0AAAAAA","Insulin"\n"0601012V0AAABAB","Insulin"'],
  ['bnf', 'a/windows', 'code,term\r\n0601012V0AAAAAA,Insulin\r\n0601012V0AAABAB,Insulin\r\n'],
  ['bnf', 'a/more-columns', 'code,term,dose\n0212000B0AAAAAA,Atorva,10\n0212000B0AAABAB,Atorva,20'],
  ['dmd', 'opensafely/statins-dmd', 'code,term\n319996000,Simva\n39113611000001102,Atorva'],
  [
    'dmd',
    'a/ics',
    'dmd_type,dmd_id,dmd_name,bnf_code\nVMP,35916611000001105,Beclo,0302000C0AABMBM\nAMP,3180311000001102,Clenil,0302000C0BPAABE',
  ],
  ['dmd', 'a/insulin', 'dmd_id,term\n325072002,Insulin\n409059009,Insulin'],
  ['dmd', 'a/vpid', 'vpid,nm\n318136009,Bendro\n318137000,Bendro'],
  [
    'dmd',
    'a/two',
    'type,id,bnf_code,nm,dmd_prev\nvmp,318136009,0202010B0AAABAB,Bendro,\nvmp,318137000,0202010B0AAACAC,Bendro,',
  ],
  ['dmd', 'a/opioids-dmd', 'code,term\n36126411000001101,Fentanyl\n333893002,Fentanyl'],
  ['dmd', 'a/dmd-quoted', '"code","term"\n"319996000","Simva"\n"319997009","Simva"'],
  ['dmd', 'a/dm+d', 'code\n319996000\n319997009'],
  ['dmd', 'a/saba', 'dmd_id,dmd_name\n320176005,Salbutamol\n39113611000001102,Salbutamol'],
  ['dmd', 'a/long', 'dmd_id\n39113611000001102\n39113711000001107'],
  ['opcs4', 'a/hip-opcs4', 'code,term\nW371,Primary total replacement\nW37,Total replacement'],
  [
    'opcs4',
    'a/transplant',
    'code,term\nM012,Allotransplantation of kidney\nM013,Transplantation of kidney\nX403,Haemodialysis\nM01,Transplantation',
  ],
  ['opcs4', 'a/bypass', 'OPCS4_code,term\nK40,Saphenous vein graft\nK401,Graft'],
  [
    'opcs4',
    'a/pci',
    'code,term\nK491,Percutaneous transluminal balloon angioplasty\nK75,Percutaneous transluminal stent',
  ],
  ['opcs4', 'a/opcs', 'code\nK58\nK581\nX340'],
  ['opcs4', 'a/opcs-knee', 'code,term\nW401,Knee\nW40,Knee'],
  ['opcs4', 'a/opcs-eye', 'code,term\nC711,Lens\nC71,Lens'],
  ['opcs4', 'a/opcs-csv', '"code","term"\n"C711","Lens"\n"C72","Lens"'],
  [
    'opcs4',
    'a/ops',
    'code,term\nJ181,Excision of gall bladder\nJ183,Total excision of gall bladder\nJ18,Excision of gall bladder',
  ],
  ['opcs4', 'a/drain', 'opcs,term\nT12,Drainage\nT123,Drainage'],
];

it('takes ten well-made lists of each system for what they are, and warns of none', () => {
  for (const [system, name, text] of WELL_MADE)
    expect([name, text, readList(text, name).system, rulesOf(text, name)]).toEqual([
      ...[name, text, system, []],
    ]);
  for (const system of Object.keys(CODING_SYSTEMS))
    expect(WELL_MADE.filter(([each]) => each === system).length).toBe(10);
});

const WARNED: readonly (readonly [rules: readonly string[], text: string, name?: string])[] = [
  [['C-BLANK'], 'code,term\n195967001,Asthma\n,Nothing\n31387002,More'],
  [['C-DUPLICATE'], 'code,term\nJ45,Asthma\nJ46,More\nJ45 ,Asthma again'],
  [['C-OTHER-SYSTEM'], 'code,term\n195967001,Asthma\n31387002,More\nH33..,Asthma'],
  [['C-SPREADSHEET'], 'code,term\n195967001,Asthma\n31387002,More\n1.06747E+16,Asthma'],
  [['C-LOST-ZERO'], 'bnf_code,term\n0212000B0AAAAAA,A\n0212000X0AAAAAA,B\n212000B0AAABAB,C'],
  [['C-LOST-ZERO'], 'CTV3ID,term\nH33..,A\nXE0YT,B\n123,C'],
  [['C-ICD10-MOVED'], 'code,term\nU074,Post COVID-19 condition\nU071,COVID'],
  [['C-ICD10-MOVED'], 'code,term\nK581,IBS\nK58,IBS'],
  [['C-ICD10-MEANING'], 'code,term\nX590,Fracture\nS72,Fracture of femur'],
  [['C-OLD-MEDICINES'], 'dmd_id,term\n325072002,Insulin\n409059009,Insulin', 'a/b/2020-01-01'],
];

it('warns of each fault of a list, and of that alone', () => {
  for (const [rules, text, name = 'a/b/c'] of WARNED)
    expect([text, rulesOf(text, name, {version: name.split('/').at(-1)})]).toEqual([text, rules]);
});

it('a list without a date is as old as its download, and a new column is said', () => {
  const text = 'bnf_code,term\n0212000B0AAAAAA,A';
  expect(rulesOf(text, 'a/b', {downloadedAt: '2024-01-01 10:00:00.000000Z'})).toEqual([
    'C-OLD-MEDICINES',
  ]);
  const earlier = readList('code,description\n0212000B0AAAAAA,A', 'a/b-bnf');
  expect(rulesOf(text, 'a/b', {earlier})).toEqual(['C-COLUMNS']);
});

it('the rules file names its sources, and both sides of each moved concept', () => {
  for (const {title, url, date} of Object.values(MEANING_SOURCES))
    expect(`${title} ${url} ${date}`).toMatch(/^.+ https:\/\/github\.com\/.+ \d{4}-\d\d-\d\d$/u);
  expect(TWO_MEANINGS.size).toBe(39);
  expect(TWO_MEANINGS.get('Y178')).toEqual([
    'Poisoning by and exposure to other gases and vapours, undetermined intent (Other specified places)',
    'Poisoning by and exposure to other specified gases and vapours, undetermined intent',
  ]);
  expect(MOVED_CODES.every(({nhs2016, who2019}) => nhs2016.length * who2019.length > 0)).toBe(true);
});
