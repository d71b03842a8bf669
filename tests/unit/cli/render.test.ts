import {expect, it} from 'vitest';
import {diffHint, outOfDateReasonLines} from '../../../electron/cli/render';
import {notVerifiedReason} from '../../../shared/outOfDateReason';
import type {ActionState, OutOfDateReason} from '../../../shared/status';

const CODE: OutOfDateReason = {
  ...{kind: 'code', message: '`a.py` changed', path: 'a.py', changedAt: null},
};
const UNREADABLE = {...notVerifiedReason('`a.py` cannot be read'), path: 'a.py'};

it('offers the lines that changed only where there are some to show', () => {
  const hints = (reason: OutOfDateReason) =>
    diffHint([{action: 'gen', state: null, reasons: [reason]}]);
  expect(hints(CODE)).toEqual(['`study-desk diff gen` shows what changed.']);
  expect(hints(UNREADABLE)).toEqual([]);
  expect(hints({...CODE, byTimes: true})).toEqual([]);
  expect(hints({...CODE, kind: 'input', path: 'output/a.csv'})).toEqual([]);
});

it('heads the reasons with the word of the state', () => {
  const head = (state: ActionState | null, ...reasons: readonly OutOfDateReason[]) =>
    outOfDateReasonLines([{action: 'gen', state, reasons}], new Date())[0];
  expect(head('outputs-missing', CODE)).toBe('gen: outputs missing');
  expect(head('failed', CODE)).toBe('gen: failed');
  expect(head(null, CODE, UNREADABLE)).toBe('gen: out of date');
  expect(head(null, UNREADABLE)).toBe('gen: not verified');
  expect(head('out-of-date')).toBeUndefined();
});
