import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {READY_RULES} from '../../../electron/ready/ruleTable';

it('explains every rule of readiness in RULES.md, with its severity, and no other', () => {
  const rules = readFileSync(new URL('../../../electron/ready/RULES.md', import.meta.url), 'utf8');
  const explained = [...rules.matchAll(/^\| (R-[A-Z-]+) \| (\w+)/gm)].map(
    ([, rule, severity]) => `${rule ?? ''} ${severity ?? ''}`,
  );
  const known = Object.entries(READY_RULES).map(([rule, {severity}]) => `${rule} ${severity}`);
  expect(explained).toEqual(known);
});
