import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {DOCTOR_CHECK_NAMES, type DoctorCheck, type DoctorFinding} from '../../../shared/doctor';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const finding = (check: DoctorCheck, rest: Partial<DoctorFinding> = {}): DoctorFinding => ({
  ...{check, result: 'ok', message: `${check} is fine.`, hint: null, remedy: null},
  inReport: '',
  ...rest,
});

describe('the doctor', () => {
  it('shows each result as it comes in, and what can be done as a button', async () => {
    let tellOwners: (found: readonly DoctorFinding[]) => void = () => undefined;
    const {desk, host} = renderApp({}, (fake) => {
      fake.answer('doctor:check', async ({check, asksRegistry}) => {
        if (check === 'owners')
          return ok(await new Promise<readonly DoctorFinding[]>((done) => (tellOwners = done)));
        if (check === 'registry' && !asksRegistry)
          return ok([
            finding(check, {
              result: 'not-checked',
              message: 'Nothing is sent unasked.',
              remedy: {kind: 'ask-registry'},
            }),
          ]);
        if (check === 'disk')
          return ok([
            finding(check, {
              result: 'warning',
              message: 'Little is free.',
              hint: 'Clean up.',
              remedy: {kind: 'dialog', dialog: 'clean-up'},
            }),
          ]);
        return ok([finding(check)]);
      });
    });
    await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
    desk.store.setState({dialog: {kind: 'doctor'}});
    const dialog = await screen.findByRole('dialog', {name: 'Doctor'});
    expect(await within(dialog).findByText('Checking… 1 check to go.')).toBeTruthy();
    const owners = within(dialog).getByLabelText('File owners');
    expect(within(owners).getByText('checking…')).toBeTruthy();
    tellOwners([
      finding('owners', {
        result: 'wrong',
        message: 'Two files belong to root.',
        remedy: {kind: 'command', command: 'sudo chown -R me study'},
      }),
    ]);
    expect(
      await within(dialog).findByText(
        `${DOCTOR_CHECK_NAMES.length} checks: 1 failed, 1 with a warning, 1 not checked and ${DOCTOR_CHECK_NAMES.length - 3} passed.`,
      ),
    ).toBeTruthy();
    const listed = [...dialog.querySelectorAll('li')].map((each) =>
      each.getAttribute('aria-label'),
    );
    expect(listed.slice(0, 4)).toEqual(['File owners', 'Disk', 'Image registry', 'This computer']);
    expect(within(dialog).getByRole('button', {name: 'Copy the command'})).toBeTruthy();
    const {violations} = await axe.run(dialog, {rules: {'color-contrast': {enabled: false}}});
    expect(violations.filter(({impact}) => impact !== 'moderate')).toEqual([]);

    fireEvent.click(within(dialog).getByRole('button', {name: 'Check now'}));
    await within(dialog).findByText('registry is fine.');
    expect(host.asked).toContainEqual({
      name: 'doctor:check',
      arg: {check: 'registry', asksRegistry: true, repairs: false},
    });
    fireEvent.click(within(dialog).getByRole('button', {name: 'Clean up…'}));
    expect(await screen.findByRole('dialog', {name: 'What is stored'})).toBeTruthy();
    expect(host.asked).toContainEqual({name: 'doctor:stop', arg: {}});
  });

  it('shows the report for support before it is saved', async () => {
    const {desk, host} = renderApp({}, (fake) => {
      fake.answer('doctor:report', async () => ok('Study Desk, report for support\nok  Git\n'));
      fake.answer('app:export', async () => ok('/tmp/study-desk-support.txt'));
    });
    await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
    desk.store.setState({dialog: {kind: 'doctor'}});
    const dialog = await screen.findByRole('dialog', {name: 'Doctor'});
    fireEvent.click(within(dialog).getByRole('button', {name: 'Create support report…'}));
    const report = await screen.findByRole('dialog', {name: 'Support report'});
    expect(await within(report).findByText(/ok Git/)).toBeTruthy();
    fireEvent.click(within(report).getByRole('button', {name: 'Save…'}));
    expect(await within(report).findByText(/Saved as/)).toBeTruthy();
    expect(host.asked).toContainEqual({
      name: 'app:export',
      arg: {
        suggestedName: 'study-desk-support.txt',
        content: 'Study Desk, report for support\nok  Git\n',
      },
    });
  });

  it('goes on with its checks while the report is looked at and left', async () => {
    let tellOwners: (found: readonly DoctorFinding[]) => void = () => undefined;
    const {desk, host} = renderApp({}, (fake) => {
      fake.answer('doctor:check', async ({check}) =>
        check === 'owners'
          ? ok(await new Promise<readonly DoctorFinding[]>((done) => (tellOwners = done)))
          : ok([finding(check)]),
      );
      fake.answer('doctor:report', async () => ok('Study Desk, report for support\n'));
    });
    await waitFor(() => expect(desk.store.getState().study).not.toBeNull());
    desk.store.setState({dialog: {kind: 'doctor'}});
    await screen.findByText('Checking… 1 check to go.');
    fireEvent.click(screen.getByRole('button', {name: 'Create support report…'}));
    fireEvent.click(await screen.findByRole('button', {name: 'Back'}));
    expect(await screen.findByText('Checking… 1 check to go.')).toBeTruthy();
    // what it began is stopped with the dialog alone
    expect(host.asked.filter(({name}) => name === 'doctor:stop')).toEqual([]);
    tellOwners([finding('owners')]);
    expect(await screen.findByText('owners is fine.')).toBeTruthy();
  });
});
