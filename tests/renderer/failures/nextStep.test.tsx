import {cleanup, fireEvent, render, screen, waitFor} from '@testing-library/react';
import {afterEach, describe, expect, it} from 'vitest';
import {CauseCard} from '../../../renderer/failures/CauseCard';
import {createDeskStore, DeskContext, type DeskState} from '../../../renderer/state/deskStore';
import type {FailureCard} from '../../../shared/failure';
import {createFakeHost} from '../fakes/fakeHost';

afterEach(cleanup);

const CARD: Omit<FailureCard, 'button'> = {
  ...{jobId: 'run1-model', action: 'model', rule: 'r-package', title: 'It failed.'},
  ...{cause: {seq: null, text: ''}, place: null, missingNeed: null, meant: null, fix: null},
  remedies: ['Try again.'],
};

describe('the one button of a card', () => {
  it.each([
    ['limits', 'Change its limits…', {dialog: {kind: 'override', action: 'model'}}],
    ['clean-up', 'Clean up…', {dialog: {kind: 'clean-up'}}],
    ['doctor', 'Doctor…', {dialog: {kind: 'doctor'}}],
    ['show-codelists', 'Show the codelists', {centre: {kind: 'codelists'}, dialog: null}],
    ['shell', 'Open a shell in its image', {bottomTab: 'shell', dialog: null}],
    ['rerun', 'Run it again', {bottomTab: 'plan', dialog: null}],
  ] as const)('for %s is "%s"', async (kind, words, after) => {
    const store = createDeskStore();
    const host = createFakeHost({actions: []});
    host.answer('shells:open', () => new Promise(() => undefined));
    // as if opened from the list of causes
    store.setState({dialog: {kind: 'causes', runId: 'run1'}});
    render(
      <DeskContext value={{store, host}}>
        <CauseCard card={{...CARD, button: {kind}}} />
      </DeskContext>,
    );
    fireEvent.click(screen.getByRole('button', {name: words}));
    await waitFor(() => expect(store.getState()).toMatchObject(after satisfies Partial<DeskState>));
  });

  it('opens the script where the place is not known, and stands at the place where it is', () => {
    const store = createDeskStore();
    const place = {path: 'analysis/model.R', line: 3, firstLine: 3, code: ['stop()']};
    const card = (to: Partial<FailureCard>): FailureCard => ({
      ...CARD,
      button: {kind: 'open', path: 'analysis/model.R', line: null},
      ...to,
    });
    const {rerender} = render(
      <DeskContext value={{store, host: createFakeHost({actions: []})}}>
        <CauseCard card={card({})} />
      </DeskContext>,
    );
    fireEvent.click(screen.getByRole('button', {name: 'Open analysis/model.R'}));
    expect(store.getState().centre).toMatchObject({kind: 'code-file', path: 'analysis/model.R'});
    rerender(
      <DeskContext value={{store, host: createFakeHost({actions: []})}}>
        <CauseCard
          card={card({
            button: {kind: 'open', path: 'analysis/model.R', line: 3},
            place: {...place, foundBy: 'message', changedSince: false},
          })}
        />
      </DeskContext>,
    );
    expect(screen.getAllByRole('button').map(({textContent}) => textContent)).toEqual([
      'analysis/model.R, line 3',
    ]);
  });
});
