import {ask} from './ask';
import type {Desk} from './deskStore';

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
    await ask(desk, 'project:open-in-editor', {path, line});
    return;
  }
  desk.store.setState(({outputs}) => {
    if (path === 'project.yaml') return {centre: {kind: 'project-file', line}};
    const isOutput = outputs?.outputs.some((file) => file.path === path && file.present) === true;
    return {centre: isOutput ? {kind: 'output', path} : {kind: 'code-file', path, line}};
  });
}
