import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import {RULES, type RuleCode} from '../../../electron/study/ruleTable';
import {EXTRA_RULE_CASES, REFERENCE_RULE_CASES} from './ruleCases';

const contextOf = (files?: readonly string[]) =>
  files === undefined ? {} : {files: new Set(files)};

describe.each(REFERENCE_RULE_CASES)('$rule', ({rule, triggers, passes, files}) => {
  it.each(triggers)('speaks first of %j', (text) => {
    const reading = readProject(text, contextOf(files));
    const {severity} = RULES[rule];
    if (severity === 'error') {
      expect(reading.problems.find((problem) => problem.severity === severity)?.rule).toBe(rule);
      expect(reading.project).toBeNull();
    } else {
      expect(reading.problems.map((problem) => problem.rule)).toContain(rule);
    }
    expect(reading.acceptedByReference).toBe(severity === 'warning');
  });

  it.each(passes)('passes %j', (text) => {
    const {problems, acceptedByReference} = readProject(text, contextOf(files));
    const errors = problems.filter(
      (each) => each.source === 'reference' && each.severity === 'error',
    );
    expect(errors).toEqual([]);
    expect(problems.map((problem) => problem.rule)).not.toContain(rule);
    expect(acceptedByReference).toBe(true);
  });
});

describe.each(EXTRA_RULE_CASES)('$rule', ({rule, triggers, passes, files}) => {
  it.each(triggers)('speaks of %j', (text) => {
    const reading = readProject(text, contextOf(files));
    expect(reading.problems.map((problem) => problem.rule)).toContain(rule);
    expect(reading.acceptedByReference).toBe(true);
    expect(reading.valid).toBe(RULES[rule].severity === 'warning');
  });

  it.each(passes)('passes %j', (text) => {
    const reading = readProject(text, contextOf(files));
    expect(reading.problems.map((problem) => problem.rule)).not.toContain(rule);
    expect(reading.acceptedByReference).toBe(true);
  });
});

it('has a case for every rule', () => {
  const covered = [...REFERENCE_RULE_CASES, ...EXTRA_RULE_CASES].map(({rule}) => rule);
  const rules = (Object.keys(RULES) as RuleCode[]).filter((rule) => rule !== 'E-FILE-MISSING');
  expect([...covered].sort()).toEqual(rules.sort());
});
