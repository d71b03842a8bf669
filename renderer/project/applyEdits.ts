import type {EditPreview} from '../../shared/projectEdit';
import {ask} from '../state/ask';
import type {Desk} from '../state/deskStore';

/** Writes a change to project.yaml; true once it is done. A refusal becomes the window's error. */
export async function applyEdits(desk: Desk, preview: EditPreview): Promise<boolean> {
  const {revision, edits} = preview;
  const study = await ask(desk, 'project:apply', {revision, edits});
  if (study === undefined) return false;
  desk.store.setState({study});
  return true;
}
