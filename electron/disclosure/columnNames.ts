/** What a column's name says of what it holds; `unknown` where it says nothing. */
export type NameMeaning =
  'count' | 'not-patients' | 'rate' | 'key' | 'figure' | 'extreme' | 'unknown';

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Counts of patients or of what happens to them. */
const COUNTS = words(
  `n count counts cnt freq frequency numerator denominator denom total totals patients patient population pop
  people persons events event deaths died cases case admissions admitted obs nobs observations risk censored censor
  controls exposed unexposed matched eligible included excluded vaccinated registered records diagnoses
  prescriptions appointments consultations tests hospitalisations missing npatients`,
);

/** Counted things that are not patients. */
const OTHER_THINGS = words(
  `practices practice codes code columns column rows models model variables variable regions region months weeks days years
  dates values levels categories tables files iterations parameters knots strata hospitals sites`,
);

/** Figures worked out from many patients. */
const FIGURES = words(
  `mean avg average median mode sd std stdev stddev se stderr var variance iqr quartile q1 q3 p5 p10 p25 p50 p75 p90 p95 ci lcl ucl lci uci lower upper
  low high conf coef coefficient beta estimate est hr or rr irr ratio odds logor logit hazard p pval pvalue statistic stat chisq chi2 z t f df aic
  bic loglik r2 auc surv survival cif weight weights smd diff difference score index slope intercept sum cost costs length
  score scores points sbp dbp egfr ldl duration time tstart tend tstop minutes hours seconds personyears pyears pys follow followup fup cumulative cml dose doses
  mg ml bmi weight height pressure`,
);

const RATES = words(
  'percent percentage pct perc per prop proportion rate rates ratio prevalence incidence risk share fraction',
);

/** Columns that say which group a row is of, not how many are in it. */
const KEYS = words(
  `year month week day date quarter age ageband agegroup band group imd quintile decile percentile quantile sex wave lag rank order
  number id code start end from to bin x y step interval period phase level category rurality region stp msoa ethnicity
  row index position threshold cutoff limit`,
);

const EXTREMES = words('min max minimum maximum youngest oldest earliest lowest highest');

/** Words of a name: `n_eligible`, `n.risk`, `nEligible` and `N (eligible)` alike. */
function nameWords(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll('%', ' percent ')
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function has(wanted: ReadonlySet<string>, given: readonly string[]): boolean {
  return given.some((word) => wanted.has(word));
}

/** How a column of counts says that it was rounded to midpoint 6. */
export function midpointName(name: string): 'midpoint6' | 'derived' | null {
  const lower = name.toLowerCase();
  if (!/mid_?point_?6|_mid6\b/.test(lower)) return null;
  return lower.includes('derived') ? 'derived' : 'midpoint6';
}

/** What a name says; the most certain meaning wins. */
export function meaningOf(name: string): NameMeaning {
  const given = nameWords(name.replace(/mid_?point_?6(_derived)?/i, ''));
  if (given.length === 0) return 'unknown';
  const first = given[0] ?? '';
  const last = given.at(-1) ?? '';
  if (has(EXTREMES, given))
    return given.some((word) => /^(ci|conf|x|y|axis|lim|limit|iter)$/.test(word))
      ? 'figure'
      : 'extreme';
  const percent = given.some((word) =>
    /^(percent|percentage|pct|perc|prop|proportion)$/.test(word),
  );
  if (percent || has(words('per rate rates prevalence incidence ratio'), given)) return 'rate';
  // an `n` at either end says it of any word beside it
  const counted = first === 'n' || last === 'n' || /^(number|num|no)$/.test(first);
  const named = counted || has(COUNTS, given);
  if (named && has(OTHER_THINGS, given) && !has(words('patients people persons'), given))
    return 'not-patients';
  // `risk` alone is a rate, `n_risk` and `at_risk` are not
  if (has(FIGURES, given) && !counted && !isCountAtEnd(given)) return 'figure';
  if (given.length === 1 && first === 'risk') return 'rate';
  if (named) return 'count';
  if (has(RATES, given)) return 'rate';
  if (isKey(given)) return 'key';
  return has(OTHER_THINGS, given) ? 'not-patients' : 'unknown';
}

/** `imd_quintile` and `vaccine_week` are keys; `age_18_39` may be a column of counts. */
function isKey(given: readonly string[]): boolean {
  return (
    given.every((word) => KEYS.has(word)) ||
    /^(year|month|week|day|age|order|rank|id|code|quintile|decile|group|band|wave|number|\w+code)$/.test(
      given.at(-1) ?? '',
    )
  );
}

function isCountAtEnd(given: readonly string[]): boolean {
  return /^(count|counts|freq|frequency|numerator|denominator|patients|people|persons)$/.test(
    given.at(-1) ?? '',
  );
}

/** The word of a row that names its statistic, such as `n` or `max`: what the row's value is. */
export function statisticOf(text: string | null): NameMeaning {
  const trimmed = (text ?? '').trim();
  // a sentence says nothing of the kind
  return trimmed === '' || nameWords(trimmed).length > 3 ? 'unknown' : meaningOf(trimmed);
}

const IDENTIFIERS: ReadonlyMap<string, 'patient' | 'place'> = new Map([
  ...[
    'patientid patientids pseudopatientid patientpseudoid pseudoid personid nhsnumber nhsno nhsnum hospitalnumber',
    'hospitalno mrn householdid householdpseudoid carehomeid uprn dateofbirth dob',
  ].flatMap((line) => line.split(' ').map((name) => [name, 'patient'] as const)),
  ...'postcode msoa msoacode lsoa lsoacode practicepseudoid practiceid practicecode gppractice odscode practice'
    .split(' ')
    .map((name) => [name, 'place'] as const),
]);

/** A column that identifies patients or small places. */
export function identifierOf(name: string): 'patient' | 'place' | null {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  const ending = /^(.+?)(?:x|y)$/.exec(plain)?.[1] ?? '';
  return IDENTIFIERS.get(plain) ?? (/id$/.test(ending) ? IDENTIFIERS.get(ending) : null) ?? null;
}

/** A row's label that says it stands for all others. */
export function isTotalLabel(text: string | null): boolean {
  return /^(grand )?(total|totals|all|overall|everyone|sum|both|all patients|whole population)$/i.test(
    (text ?? '').trim(),
  );
}

/** Names of dates of intervals, which are of no patient. */
export function isIntervalName(name: string): boolean {
  return has(
    words('interval week month quarter year period start end snapshot extract run generated'),
    nameWords(name),
  );
}

/** Names of dates of what happens to a patient. */
export function isEventName(name: string): boolean {
  return has(
    words(
      `death died dod birth dob admission admitted discharge discharged diagnosis diagnosed vax vacc vaccination vaccine event
      onset test registration registered dereg deregistration index appointment prescribed dispensed positive`,
    ),
    nameWords(name),
  );
}
