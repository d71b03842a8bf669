/** Files of a study by path; each study has its own names, rounding and shapes. */
export type StudyFiles = Readonly<Record<string, string>>;

/** Numbers that look random and are the same each time. */
function generator(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

const REGIONS = ['East', 'London', 'North East', 'North West', 'South West', 'Yorkshire'];
const STYLES = ['round5', 'round10', 'midpoint6', 'round5', 'round7'] as const;
const REDACTED = ['[REDACTED]', '', 'NA', '<=7', 'redacted'];
const UNNAMED = ['asthma', 'reviews', 'vaccinated_twice', 'hba1c_tested', 'referred'];

/** A study whose code redacts and rounds as the documentation asks, in one of the ways that studies do it. */
export function wellBehaved(seed: number): StudyFiles {
  const random = generator(seed);
  const style = STYLES[seed % STYLES.length] ?? 'round5';
  const redacted = REDACTED[seed % REDACTED.length] ?? '';
  const unnamed = UNNAMED[seed % UNNAMED.length] ?? '';
  const named = style === 'midpoint6' ? 'n_midpoint6' : ['n', 'count', 'patients'][seed % 3];
  const counted = style === 'midpoint6' ? `${unnamed}_midpoint6` : unnamed;
  const raw = (most: number): number => Math.floor(random() ** 2 * most);

  const round = (count: number): number => {
    const base = {round5: 5, round10: 10, round7: 7, midpoint6: 6}[style];
    if (style === 'midpoint6') return count === 0 ? 0 : Math.ceil(count / 6) * 6 - 3;
    return base * Math.round(count / base);
  };
  /** As text: a small one is redacted, or rounded to 3 by midpoint 6. */
  const shown = (count: number): string => {
    if (style === 'midpoint6') return String(round(count));
    // rounding to 7 or 10 may bring a count down to 7 or 0
    return count >= 1 && (count <= 7 || round(count) <= 7) ? redacted : String(round(count));
  };
  const percent = (part: string, whole: string): string =>
    /^\d+$/.test(part) && Number(whole) > 0
      ? ((100 * Number(part)) / Number(whole)).toFixed(1)
      : redacted;
  const csv = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
    [header, ...rows.map((row) => row.join(','))].join('\n') + '\n';
  const months = Array.from({length: 12}, (_, at) => `2021-${String(at + 1).padStart(2, '0')}-01`);
  const weeks = Array.from({length: 20}, (_, at) =>
    new Date(Date.UTC(2021, 0, 4 + 7 * at)).toISOString().slice(0, 10),
  );

  const byRegion = REGIONS.map((region) => {
    const whole = shown(400 + raw(5000));
    const part = shown(raw(300));
    return [region, whole, part, percent(part, whole)] as const;
  });
  const sum = (column: 1 | 2): number =>
    byRegion.reduce((total, row) => total + (Number(row[column]) || 0), 0);

  return {
    'output/by_region.csv': csv(`region,${named},${counted},percent`, [
      ...byRegion,
      ['Total', String(sum(1)), String(sum(2)), percent(String(sum(2)), String(sum(1)))],
    ]),
    // as ehrQL writes measures: small counts are 0, the ratio is of what is shown
    'output/measures.csv': csv(
      'measure,interval_start,interval_end,ratio,numerator,denominator,sex',
      months.flatMap((start) =>
        ['female', 'male'].map((sex) => {
          const above = raw(300);
          const numerator = above <= 7 ? 0 : 5 * Math.round(above / 5);
          const denominator = 5 * Math.round((500 + raw(3000)) / 5);
          const end = new Date(Date.parse(start) + 30 * 86_400_000).toISOString().slice(0, 10);
          return ['reviewed', start, end, numerator / denominator, numerator, denominator, sex];
        }),
      ),
    ),
    'output/table1.csv': csv(
      'characteristic,overall,overall_percent,vaccinated,vaccinated_percent,unvaccinated,unvaccinated_percent',
      ['Female', 'Male', 'Current smoker', 'Diabetes'].map((row) => [
        row,
        ...[2000, 1500, 600].flatMap((most) => {
          const count = style === 'midpoint6' ? String(5 * raw(most)) : shown(raw(most) + 20);
          return /^\d+$/.test(count) && Number(count) > 7 && Number(count) % 5 === 0
            ? [count, (random() * 90).toFixed(1)]
            : ['[REDACTED]', '[REDACTED]'];
        }),
      ]),
    ),
    'output/km.csv': csv(
      'time,n_risk_midpoint6,n_event_midpoint6,n_censor_midpoint6,cml_event_midpoint6,surv_midpoint6,sex',
      Array.from({length: 40}, (_, day) => [
        day * 7,
        Math.ceil((5000 - day * 31) / 6) * 6 - 3,
        day === 0 ? 0 : 3 + 6 * raw(4),
        3 + 6 * raw(3),
        day === 0 ? 0 : 3 + 6 * (day + 1),
        (1 - day * 0.004).toFixed(4),
        'F',
      ]),
    ),
    'output/cox.csv': csv(
      'term,estimate,std_error,conf_low,conf_high,p_value,n_obs,n_events',
      ['age', 'sex', 'imd2', 'imd3', 'smoker'].map((term) => [
        term,
        (0.5 + random()).toFixed(3),
        random().toFixed(3),
        random().toFixed(3),
        (1 + random()).toFixed(3),
        random().toFixed(4),
        5 * (1000 + raw(50)),
        5 * (40 + raw(9)),
      ]),
    ),
    'output/diagnostics.csv': csv(
      'model,aic,df,n_parameters,iterations,converged',
      [1, 2, 3].map((model) => [model, (1000 * random()).toFixed(1), 3 + model, 4 + model, 7, 1]),
    ),
    'output/weekly.csv': csv(
      `week_start,${named},median_age`,
      weeks.map((week) => [week, shown(raw(900)), 41 + raw(9)]),
    ),
    'output/deciles.csv': csv(
      'date,percentile,value',
      months.flatMap((date) => [10, 20, 50, 80, 90].map((at) => [date, at, random().toFixed(4)])),
    ),
    'output/top_codes.csv': csv(
      `code,term,${style === 'midpoint6' ? 'events_midpoint6' : 'events'},rank`,
      [195967001, 304527002, 233678006, 370218001, 370220003].map((code, at) => [
        code,
        `asthma ${String.fromCharCode(97 + at)}`,
        shown(raw(4000)),
        at + 1,
      ]),
    ),
    'output/crossed.csv': csv(
      `year,wave,imd_quintile,ageband,sex,${named}`,
      [2020, 2021].flatMap((year) =>
        [1, 2].flatMap((wave) =>
          [1, 2, 3, 4, 5].flatMap((imd) =>
            ['18-39', '40-64', '65+'].map((band) => [year, wave, imd, band, 'F', shown(raw(800))]),
          ),
        ),
      ),
    ),
    'output/summary_long.csv': csv(
      'variable,statistic,value',
      ['age', 'bmi', 'sbp'].flatMap((variable) => [
        [variable, 'n', 5 * (200 + raw(300))],
        [variable, 'mean', (20 + 60 * random()).toFixed(1)],
        [variable, 'sd', (3 + random()).toFixed(2)],
        [variable, 'median', 40 + raw(20)],
        [variable, 'p25', 30 + raw(9)],
        [variable, 'p75', 61 + raw(9)],
        [variable, 'missing', 5 * (2 + raw(9))],
      ]),
    ),
    'output/histogram.csv': csv(
      `bin_start,bin_end,${style === 'midpoint6' ? 'freq_midpoint6' : 'freq'}`,
      Array.from({length: 12}, (_, at) => [at * 5, at * 5 + 5, shown(raw(700))]),
    ),
    'output/attrition.csv': csv(
      'step,description,n_remaining,n_excluded',
      [0, 1, 2, 3].map((step) => [step, `criterion ${step}`, 5 * (900 - step * 40), step * 50]),
    ),
    'output/dose_intervals.csv': csv(
      `dose_number,interval_days,${named},rate_per_1000`,
      [1, 2, 3].flatMap((dose) =>
        [21, 56, 84].map((days) => {
          const count = shown(raw(3000));
          return [dose, days, count, /^\d+$/.test(count) ? Math.round(random() * 90) : redacted];
        }),
      ),
    ),
    'output/by_year_wide.csv': csv(
      `practice_type,${[2019, 2020, 2021].map((year) => `${counted}_${year},percent_${year}`).join()}`,
      ['large', 'medium', 'small'].map((type) => [
        type,
        ...[1, 2, 3].flatMap(() => {
          const part = shown(20 + raw(500));
          return [part, percent(part, '1000')];
        }),
      ]),
    ),
    'output/scores.csv': csv(
      'group,mean_score,sd_score,score_limit,n_practices',
      ['a', 'b', 'c'].map((group) => [group, 13, 4, 21, 37]),
    ),
    'output/notes.json': JSON.stringify({
      patients: 5 * (1000 + raw(50)),
      rounded_to: 5,
      threshold: 7,
      columns: 12,
      start_date: '2021-01-01',
      mean_age: 44,
    }),
    'output/readme.md':
      '# Results\n\nn = 1250 patients; counts up to 7 are redacted, others rounded.\n',
    'output/model.txt': 'Coefficients:\nage 1.03 p = 0.03\nn = 4500, number of events = 235\n',
    'output/page.html': `<html><body><table><tr><th>region</th><th>patients</th></tr><tr><td>East</td><td>${5 * (20 + raw(90))}</td></tr><tr><td>West</td><td>${5 * (20 + raw(90))}</td></tr></table></body></html>`,
    'output/plot.png': '\u0089PNG',
    'output/map.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  };
}

/** Its project.yaml: one action that writes everything. */
export function projectOf(files: StudyFiles): string {
  const outputs = Object.keys(files).map((path, at) => `        o${at}: ${path}`);
  return `version: 5\nactions:\n  everything:\n    run: r:v2 analysis/all.R\n    outputs:\n      moderately_sensitive:\n${outputs.join('\n')}\n`;
}
