import {describe, expect, it} from 'vitest';
import {applyTextEdits} from '../../../electron/study/quickFixes';
import {renameEdits} from '../../../electron/study/renameAction';

const OUT = 'outputs: {highly_sensitive: {o: FILE}}';

/** A study in many ways of writing: quotes, comments, lists in brackets and under dashes, a list that two actions share. */
const TEXT = `version: 5 # fit is not renamed here
actions:
  # fit comes first
  fit: # the fit
    run: r:v2 fit.R fit
    ${OUT.replace('FILE', 'fit.csv')}
  'table':
    run: r:v2 table.R
    needs: [fit] # fit
    ${OUT.replace('FILE', 'table.csv')}
  figure:
    run: r:v2 figure.R
    needs: &all
      - "fit"
      # fit is needed
      - table
    ${OUT.replace('FILE', 'figure.csv')}
  report:
    run: r:v2 report.R
    needs: *all
    ${OUT.replace('FILE', 'report.csv')}
`;

function renamed(text: string, from: string, to: string): string {
  const edits = renameEdits(text, from, to);
  if (!edits.ok) throw new Error(edits.error.message);
  return applyTextEdits(text, edits.value) ?? '';
}

describe('renaming an action in project.yaml', () => {
  it('changes its name and the needs that use it, and no other byte', () => {
    expect(renamed(TEXT, 'fit', 'fit_model')).toBe(
      TEXT.replace('  fit: #', '  fit_model: #')
        .replace('needs: [fit]', 'needs: [fit_model]')
        .replace('- "fit"', '- "fit_model"'),
    );
    expect(renamed(TEXT, 'table', 'table_1')).toBe(
      TEXT.replace("'table'", "'table_1'").replace('- table', '- table_1'),
    );
  });

  it('leads back to the same text', () => {
    expect(renamed(renamed(TEXT, 'fit', 'new'), 'new', 'fit')).toBe(TEXT);
  });

  it.each([
    ['table', 'An action already has this name.'],
    ['run_all', 'This name means all actions.'],
    ['a b', 'Use letters, digits, _ and - only.'],
    ['../a', 'Use letters, digits, _ and - only.'],
    ['', 'Use letters, digits, _ and - only.'],
  ])('refuses the name "%s"', (to, hint) => {
    expect(renameEdits(TEXT, 'fit', to)).toMatchObject({error: {kind: 'invalid-request', hint}});
  });

  it('refuses an action that is not there, and a text with errors', () => {
    expect(renameEdits(TEXT, 'gone', 'new')).toMatchObject({error: {kind: 'not-found'}});
    expect(renameEdits(`${TEXT}x: 1\n`, 'fit', 'new')).toMatchObject({
      error: {kind: 'invalid-project'},
    });
  });

  it('refuses what is not written in plain words: a need that spells the name otherwise', () => {
    const text = TEXT.replace('"fit"', '"f\\x69t"');
    expect(renameEdits(text, 'fit', 'new')).toMatchObject({
      error: {message: 'fit can’t be renamed for you.'},
    });
  });

  it('refuses a name that the file would read as something else', () => {
    // without quotes this is a number, which no other action can need
    expect(renameEdits(TEXT, 'fit', '2020')).toMatchObject({ok: false});
    expect(renamed(TEXT, 'report', 'r2020')).toContain('  r2020:');
  });
});
