import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import {RULES, type RuleCode} from '../../../electron/study/ruleTable';
import {EXTRA_RULE_CASES} from './extraRuleCases';
import {REFERENCE_RULE_CASES} from './referenceRuleCases';
import type {RuleCase} from './ruleCases';

function read(text: string, {files}: RuleCase) {
  return readProject(text, files === undefined ? {} : {files: new Set(files)});
}

describe.each(REFERENCE_RULE_CASES)('$rule', (ruleCase) => {
  const {rule} = ruleCase;

  it.each(ruleCase.triggers)('speaks first of %j', (text) => {
    const reading = read(text, ruleCase);
    const {severity} = RULES[rule];
    if (severity === 'error') {
      expect(reading.problems.find((problem) => problem.severity === severity)?.rule).toBe(rule);
      expect(reading.project).toBeNull();
    } else {
      expect(reading.problems.map((problem) => problem.rule)).toContain(rule);
    }
    expect(reading.acceptedByReference).toBe(severity === 'warning');
  });

  it.each(ruleCase.passes)('passes %j', (text) => {
    const reading = read(text, ruleCase);
    expect(
      reading.problems.filter(
        ({source, severity}) => source === 'reference' && severity === 'error',
      ),
    ).toEqual([]);
    expect(reading.problems.map((problem) => problem.rule)).not.toContain(rule);
    expect(reading.acceptedByReference).toBe(true);
  });
});

describe.each(EXTRA_RULE_CASES)('$rule', (ruleCase) => {
  const {rule} = ruleCase;

  it.each(ruleCase.triggers)('speaks of %j', (text) => {
    const reading = read(text, ruleCase);
    expect(reading.problems.map((problem) => problem.rule)).toContain(rule);
    expect(reading.acceptedByReference).toBe(true);
    expect(reading.valid).toBe(RULES[rule].severity === 'warning');
  });

  it.each(ruleCase.passes)('passes %j', (text) => {
    const reading = read(text, ruleCase);
    expect(reading.problems.map((problem) => problem.rule)).not.toContain(rule);
    expect(reading.acceptedByReference).toBe(true);
  });
});

it('has a case for every rule', () => {
  const covered = [...REFERENCE_RULE_CASES, ...EXTRA_RULE_CASES].map(({rule}) => rule);
  const rules = (Object.keys(RULES) as RuleCode[]).filter((rule) => rule !== 'E-FILE-MISSING');
  expect([...covered].sort()).toEqual(rules.sort());
});
