import {render} from '@testing-library/react';
import type {ReactNode} from 'react';
import {vi} from 'vitest';
import {addActionEdits} from '../../../electron/study/addAction';
import {buildGraph} from '../../../electron/study/buildGraph';
import {readProject} from '../../../electron/study/readProject';
import {createFakeHost, type FakeHost} from '../fakes/fakeHost';
import {createDeskStore, DeskContext, type DeskStore} from '../../../renderer/state/deskStore';
import {appError} from '../../../shared/errors';
import type {EditPreview} from '../../../shared/projectEdit';
import type {TextEdit} from '../../../shared/problem';
import {err, ok} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';

/** A study over a text, read by the real reader. */
export function studyOf(text: string, revision = 1): StudySnapshot {
  const reading = readProject(text);
  const {project} = reading;
  return {
    dir: '/studies/one',
    name: 'one',
    revision,
    text,
    reading,
    project,
    graph: project === null ? null : buildGraph(project.actions),
    broken: project === null,
    scripts: new Map(),
  };
}

function edited(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight(
    (result, {from, to, insert}) => result.slice(0, from) + insert + result.slice(to),
    text,
  );
}

/** Renders a part of the window over a study; the host edits its text with the real functions. */
export function renderOverText(text: string, part: ReactNode): {store: DeskStore; host: FakeHost} {
  standIn();
  const store = createDeskStore({study: studyOf(text)});
  const host = createFakeHost({actions: []});
  const current = () => store.getState().study?.text ?? '';
  const preview = (revision: number, edits: readonly TextEdit[]): EditPreview => {
    const after = edited(current(), edits);
    return {
      revision,
      edits,
      before: current(),
      after,
      problemsAfter: readProject(after).problems.length,
    };
  };
  host.answer('project:preview-fix', async ({revision, edits}) => ok(preview(revision, edits)));
  host.answer('project:preview-add', async ({revision, action}) => {
    const edits = addActionEdits(current(), action);
    return edits.ok ? ok(preview(revision, edits.value)) : edits;
  });
  host.answer('project:apply', async ({revision, edits}) =>
    revision === store.getState().study?.revision
      ? ok(studyOf(edited(current(), edits), revision + 1))
      : err(appError('invalid-request', 'project.yaml changed meanwhile.')),
  );
  render(<DeskContext.Provider value={{store, host}}>{part}</DeskContext.Provider>);
  return {store, host};
}

/** What jsdom has not, in the plainest form that behaves. */
function standIn(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
  HTMLElement.prototype.scrollIntoView = () => undefined;
  Element.prototype.scrollTo = () => undefined;
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  // CodeMirror measures text; in jsdom all of it lies in one place
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
}
