import {render} from '@testing-library/react';
import type {ReactNode} from 'react';
import {vi} from 'vitest';
import {addActionEdits} from '../../../electron/study/addAction';
import {readProject} from '../../../electron/study/readProject';
import {createFakeHost, type FakeHost} from '../fakes/fakeHost';
import {studyOf} from '../studyOf';
import {createDeskStore, DeskContext, type DeskStore} from '../../../renderer/state/deskStore';
import {appError} from '../../../shared/errors';
import type {EditPreview} from '../../../shared/projectEdit';
import type {TextEdit} from '../../../shared/problem';
import {err, ok} from '../../../shared/result';

function edited(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight(
    (result, {from, to, insert}) => result.slice(0, from) + insert + result.slice(to),
    text,
  );
}

/** Renders a part of the window over a study; the host edits its text with the real functions. */
export function renderOverText(
  text: string,
  part: ReactNode,
): {store: DeskStore; host: FakeHost; show: (other: ReactNode) => void} {
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
      problems: readProject(after).problems,
    };
  };
  host.answer('project:previewFix', async ({revision, edits}) => ok(preview(revision, edits)));
  host.answer('project:previewAdd', async ({revision, action}) => {
    const edits = addActionEdits(current(), action);
    return edits.ok ? ok(preview(revision, edits.value)) : edits;
  });
  host.answer('project:check', async ({text: asked}) => ok(readProject(asked).problems));
  host.answer('project:apply', async ({revision, edits}) =>
    revision === store.getState().study?.revision
      ? ok(studyOf(edited(current(), edits), revision + 1))
      : err(appError('invalid-request', 'project.yaml changed meanwhile.')),
  );
  const desk = {store, host};
  const within = (shown: ReactNode) => <DeskContext value={desk}>{shown}</DeskContext>;
  const {rerender} = render(within(part));
  return {store, host, show: (other) => rerender(within(other))};
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
}
