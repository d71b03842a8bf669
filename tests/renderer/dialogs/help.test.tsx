import {readFileSync} from 'node:fs';
import {cleanup, fireEvent, render, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it} from 'vitest';
import {changeEntries, entriesOf, findHelp, helpParts} from '../../../renderer/dialogs/helpTexts';
import {HelpDialog} from '../../../renderer/dialogs/HelpDialog';
import type {DoctorFinding} from '../../../shared/doctor';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

const {version} = JSON.parse(readFileSync('package.json', 'utf8')) as {version: string}; // our own

afterEach(cleanup);

const hintAt = (at: number) =>
  waitFor(() => {
    // jsdom hides what is in the top layer
    const hint = document.querySelector<HTMLElement>(`[aria-label="Tour, ${at} of 4"]`);
    if (hint === null) throw new Error('no hint');
    return hint;
  });

const button = (name: string | RegExp) => screen.findByRole('button', {name});

describe('the help', () => {
  it('is made of the table of commands and the texts beside the code, none of them empty', () => {
    const parts = helpParts();
    expect(parts.map(({title}) => title)).toEqual([
      ...['Keys', 'What leaves this computer', 'Glossary', 'What you can do', 'Troubleshooting'],
      ...['Where things are stored', 'Rules of project.yaml', 'Rules of running'],
      ...['Rules of what is up to date', 'Ready for the server', 'Known failures'],
    ]);
    for (const {title, entries} of parts) expect([title, entries.length]).not.toContain(0);
    // nothing of Markdown is left on screen
    const all = parts.flatMap(({entries}) => entries.map(({term, text}) => `${term} ${text}`));
    expect(all.filter((text) => /\]\(|<!--|^\| /.test(text))).toEqual([]);
    expect(all.filter((text) => text.replace(/`[^`]*`/g, '').includes('**'))).toEqual([]);
  });

  it.each([
    ['stop the run', 'Keys'],
    ['moderately sensitive', 'Glossary'],
    ['E-PATH-L4TYPE', 'Rules of project.yaml'],
    ['stata-licence', 'Known failures'],
    ['telemetry', 'What leaves this computer'],
  ])('finds "%s" under %s', (query, title) => {
    expect(findHelp(helpParts(), query).map((part) => part.title)).toContain(title);
  });

  it('reads tables by their rows, and lists and paragraphs as they are', () => {
    const text =
      '# Top\n\nOne\ntwo [link](a.md).\n\n- first\n  goes on\n- **second**\n\n| a | b |\n|---|---|\n| `x` | y \\| z |\n';
    expect(entriesOf(text)).toEqual([
      {heading: 'Top', term: null, text: 'One two link.'},
      {heading: 'Top', term: null, text: 'first goes on'},
      {heading: 'Top', term: null, text: 'second'},
      {heading: 'Top', term: '`x`', text: 'y | z'},
    ]);
  });

  it('is searched by every word, and says so where nothing is found', async () => {
    Reflect.set(HTMLDialogElement.prototype, 'showModal', () => undefined);
    render(<HelpDialog onClose={() => undefined} />);
    const search = screen.getByRole('searchbox', {name: 'Search the help', hidden: true});
    fireEvent.change(search, {target: {value: 'codelist missing'}});
    expect(screen.getByRole('status', {hidden: true}).textContent).toMatch(/^\d+ entr(?:y|ies)$/);
    fireEvent.change(search, {target: {value: 'no such thing anywhere'}});
    expect(screen.getByText('Nothing found')).toBeTruthy();
  });

  it('has what came with the version that this is', () => {
    expect(changeEntries()[0]?.heading).toBe(version);
  });
});

describe('the first hour', () => {
  it('opens the sample with a tour of four hints, which can be left and taken again', async () => {
    const {desk} = renderApp({info: {initialDir: null}}, (fake) =>
      fake.answer('app:createSample', async () => ok('/studies/covid-vaccine-outcomes')),
    );
    fireEvent.click(await button(/^Try the sample study…/));
    const seen: string[] = [];
    for (let at = 1; at <= 4; at += 1) {
      const hint = await hintAt(at);
      seen.push(hint.querySelector('[role=status]')?.textContent ?? '');
      fireEvent.click(within(hint).getByText(at < 4 ? 'Next' : 'Done'));
    }
    expect(new Set(seen).size).toBe(4);
    await waitFor(() => expect(screen.queryByText(/of 4$/)).toBeNull());
    desk.store.setState({tour: 0});
    await hintAt(1);
    fireEvent.keyDown(document.body, {key: 'Escape'});
    await waitFor(() => expect(desk.store.getState().tour).toBeNull());
  });

  it('says for engine, memory and disk whether they are there, and no more than is known', async () => {
    let answer = (): void => undefined;
    const {host} = renderApp({info: {initialDir: null}}, (fake) =>
      fake.answer('doctor:check', async ({check}) => {
        if (check === 'memory') await new Promise<void>((resolve) => (answer = resolve));
        const remedy = {kind: 'dialog', dialog: 'clean-up'} as const;
        const finding: Omit<DoctorFinding, 'check' | 'inReport'> =
          check === 'memory'
            ? {result: 'ok', message: '8 GB for 2 jobs.', hint: null, remedy: null}
            : {result: 'warning', message: '1 GB is free.', hint: 'Free some.', remedy};
        return ok([{check, inReport: '', ...finding}]);
      }),
    );
    const needed = await screen.findByRole('region', {name: 'What is needed'});
    expect(await within(needed).findByText(/Memory: checking…/)).toBeTruthy();
    expect(await within(needed).findByText(/1 GB is free\. Free some\./)).toBeTruthy();
    expect(within(needed).getByRole('button', {name: 'Clean up…'})).toBeTruthy();
    answer();
    expect(await within(needed).findByText(/Memory: 8 GB for 2 jobs\./)).toBeTruthy();
    expect(host.asked.filter(({name}) => name === 'doctor:check').length).toBe(2);
  });

  it('says once after an update what is new', async () => {
    const {desk} = renderApp({info: {initialDir: null, updatedFrom: '0.0.9'}});
    expect(await screen.findByText('Study Desk was updated.')).toBeTruthy();
    fireEvent.click(await button('What is new'));
    await waitFor(() => expect(desk.store.getState().dialog).toEqual({kind: 'news'}));
    expect(screen.queryByText('Study Desk was updated.')).toBeNull();
  });
});
