import {isAbsolute} from 'node:path';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';

/** The scheme of links to studies. */
export const LINK_SCHEME = 'study-desk:';

const HINT = 'A link to a study is `study-desk://open?dir=` and the whole path of its folder.';

function addressOf(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}

/** The folder that a link `study-desk://open?dir=FOLDER` names; nothing on disk is looked at. */
export function folderOfLink(link: string): Result<string, AppError> {
  const wrong = (why: string) =>
    failWith('invalid-request', 'This link can’t be opened.', {why, hint: HINT});
  const url = addressOf(link);
  if (url === null || url.protocol !== LINK_SCHEME) return wrong('It is no link of Study Desk.');
  const names = [...url.searchParams.keys()];
  const [dir = ''] = url.searchParams.getAll('dir');
  if (url.host !== 'open' || !['', '/'].includes(url.pathname) || url.hash !== '')
    return wrong('It asks for something that Study Desk does not do.');
  if (names.length !== 1 || dir === '') return wrong('It names no folder, or more than that.');
  // looking at a folder of another computer would give that one the user's name
  if (/^[\\/]{2}/u.test(dir)) return wrong('It names a folder of another computer.');
  if (!isAbsolute(dir) || /[\u0000-\u001f]|(?:^|[\\/])\.\.(?:[\\/]|$)/u.test(dir))
    return wrong('It does not name a folder by its whole path.');
  return ok(dir);
}
