import {basename} from 'node:path';
import {type AppError, appError} from '../../shared/errors';

interface Explanation {
  readonly why: string;
  readonly hint: string;
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOSPC: {
    why: 'The disk is full.',
    hint: 'Free some space on the disk that holds the study, then run the action again.',
  },
  EDQUOT: {
    why: 'Your disk quota is used up.',
    hint: 'Free some space, then run the action again.',
  },
  EROFS: {
    why: 'The folder is on a read-only disk.',
    hint: 'Move the study to a folder you can write to.',
  },
  EACCES: {
    why: 'You do not have permission for this file or folder.',
    hint: 'Check who owns it and its permissions; a program such as Excel may also be keeping it open.',
  },
  EPERM: {
    why: 'The system does not allow it.',
    hint: 'Check the permissions of the file and its folder; close it in other programs.',
  },
  EBUSY: {
    why: 'Another program is using it.',
    hint: 'Close it in other programs, then try again.',
  },
  ENAMETOOLONG: {
    why: 'The path is longer than this system allows.',
    hint: 'Use a shorter file name, or move the study to a folder with a shorter path.',
  },
  ENOENT: {
    why: 'It does not exist.',
    hint: 'Check that it was not moved or deleted.',
  },
  EISDIR: {
    why: 'A folder of that name is in the way.',
    hint: 'Rename or remove the folder, then run the action again.',
  },
  ENOTREG: {
    why: 'It is a pipe, a socket or a device, not a file.',
    hint: 'Move it away, then try again.',
  },
  ENXIO: {
    why: 'It is a pipe, a socket or a device, not a file.',
    hint: 'Move it away, then try again.',
  },
  ELOOP: {
    why: 'It is a link that leads round in a circle.',
    hint: 'Remove the link, or put the file itself in its place.',
  },
  ETOOLARGE: {
    why: 'It is larger than any file of its kind.',
    hint: 'Look at what is in it, then move it away or make it smaller.',
  },
  ESTALLED: {
    why: 'The disk does not answer.',
    hint: 'Check that the disk or network folder can be reached, then try again.',
  },
  ENOTDIR: {
    why: 'A file is in the way where a folder is needed.',
    hint: 'Rename or remove that file, then run the action again.',
  },
  EMFILE: {
    why: 'Too many files are open on this computer.',
    hint: 'Close other programs, then try again.',
  },
};

/** The system's code of an error (`ENOSPC`), or null where it has none. */
export function systemErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Turns a failed file operation into a sentence with its cause and a way on. */
export function fileSystemError(message: string, error: unknown): AppError {
  const code = systemErrorCode(error);
  const known = code === null ? undefined : EXPLANATIONS[code];
  const detail = error instanceof Error ? error.message : String(error);
  const file = fileOf(error);
  // whoever says what could not be done often names the job, and not the one file of many
  const why = known?.why ?? null;
  const named =
    why === null || file === null || message.includes(basename(file)) ? why : `${why} (${file})`;
  return appError('file-system', message, {
    ...known,
    ...(named === null ? {} : {why: named}),
    detail,
  });
}

/** The file that a failed operation was about; null where that is not told, or is one of ours on its way to its place. */
function fileOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('path' in error)) return null;
  return typeof error.path === 'string' && !error.path.endsWith('.tmp') ? error.path : null;
}
