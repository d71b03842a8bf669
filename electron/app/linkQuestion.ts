import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {dialog, type BrowserWindow} from 'electron';
import type {AppError} from '../../shared/errors';
import {folderOfLink} from './deskLink';

/** The folder of a link once its user has said that it is to be opened; null where not, or where there is no such study. */
export async function asksForLink(window: BrowserWindow, link: string): Promise<string | null> {
  const folder = folderOfLink(link);
  if (!folder.ok) return refuse(window, folder.error);
  const dir = folder.value;
  const project = await stat(join(dir, 'project.yaml')).catch(() => null);
  if (project?.isFile() !== true)
    return refuse(window, {
      message: 'This link leads to no study.',
      why: `No project.yaml is in ${dir}.`,
    });
  const {response} = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Open this study?',
    detail: `A link asks for it:\n${dir}`,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0 ? dir : null;
}

async function refuse(
  window: BrowserWindow,
  {message, why, hint}: Omit<AppError, 'kind'>,
): Promise<null> {
  const detail = [why, hint].filter((part) => part !== undefined).join('\n');
  await dialog.showMessageBox(window, {type: 'warning', message, detail, buttons: ['OK']});
  return null;
}
