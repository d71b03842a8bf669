import {existsSync} from 'node:fs';
import {copyFile, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inCheckout, isSmall, sized} from './measurement';

const CORPUS = '../shared/corpus/projects/opensafely__disparities-comparison.project.yaml';
const GROUPS = sized(96, 8);
const ACTIONS = sized(2191, 120);

/** Writes the largest real study known, or one of its size and shape where the corpus is not beside the checkout. */
export async function writeLargeStudy(dir: string): Promise<void> {
  await mkdir(dir, {recursive: true});
  const real = inCheckout(CORPUS);
  if (existsSync(real) && !isSmall) await copyFile(real, join(dir, 'project.yaml'));
  else {
    if (!isSmall)
      console.error('../shared/corpus is not beside the checkout: measuring an invented study.');
    await writeFile(join(dir, 'project.yaml'), inventedStudy());
  }
}

/** Writes a study whose largest group has so many members, with others before, beside and after it. */
export async function writeWideStudy(dir: string, members: number): Promise<void> {
  const {lines, add} = startStudy();
  add('make_cohort', 'r:v2 analysis/make_cohort.R', []);
  const models = Array.from({length: members}, (_, index) => `cox_model_${index + 1}_adjusted`);
  models.forEach((name, index) => add(name, `r:v2 analysis/cox.R ${index}`, ['make_cohort']));
  for (let step = 0; step < 90; step += 1) {
    const before = step < 30 ? ['make_cohort'] : [`step_${step - 30}`];
    add(`step_${step}`, `r:v2 analysis/step_${step}.R`, before);
  }
  add('collect', 'r:v2 analysis/collect.R', models.slice(0, 700));
  await mkdir(dir, {recursive: true});
  await writeFile(join(dir, 'project.yaml'), `${lines.join('\n')}\n`);
}

/** The lines of an empty project.yaml, and how to add an action. */
function startStudy() {
  const lines = ["version: '4.0'", 'actions:'];
  const add = (name: string, run: string, needs: readonly string[]): void => {
    lines.push(`  ${name}:`, `    run: ${run} > output/${name}.csv`);
    if (needs.length > 0) lines.push(`    needs: [${needs.join(', ')}]`);
    lines.push('    outputs:', '      moderately_sensitive:', `        file: output/${name}.csv`);
  };
  return {lines, add};
}

/** 2,191 actions of 97 scripts, most of them in one rank. */
function inventedStudy(): string {
  const {lines, add} = startStudy();
  add('make_cohort', 'r:v2 analysis/make_cohort.R', []);
  for (let index = 1; index < ACTIONS; index += 1) {
    const group = index % GROUPS;
    const before = index - GROUPS;
    const needs =
      before > 0 && group < GROUPS / 4 ? ['make_cohort', `step_${before}`] : ['make_cohort'];
    add(`step_${index}`, `r:v2 analysis/group_${group}_${Math.floor(index / 1000)}.R`, needs);
  }
  return `${lines.join('\n')}\n`;
}
