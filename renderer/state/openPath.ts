import {ask} from './ask';
import type {Desk} from './deskStore';
import {outputAt} from './selectors';

/**
 * Opens a file of the study at a line: project.yaml in its view, an output that is there in its viewer, anything else as
 * text; or in the user's editor.
 */
export async function openPath(
  desk: Desk,
  path: string,
  line: number | null,
  inEditor = false,
): Promise<void> {
  if (inEditor) {
    await ask(desk, 'project:openInEditor', {path, line});
    return;
  }
  desk.store.setState((state) => {
    if (path === 'project.yaml') return {centre: {kind: 'project-file', line}};
    const isOutput = outputAt(state, path)?.present === true;
    return {centre: isOutput ? {kind: 'output', path} : {kind: 'code-file', path, line}};
  });
}
