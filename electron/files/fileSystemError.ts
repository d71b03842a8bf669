import {basename} from 'node:path';
import {type AppError, appError} from '../../shared/errors';

interface Explanation {
  readonly why: string;
  readonly hint: string;
  /** It is about the disk, this computer or the user's rights: what is in the file may be whole. */
  readonly keepsFile?: true;
}

/** Every error of the system's that a study can meet. A code that is missing here is notified by the system's words alone. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOSPC: {
    why: 'The disk is full.',
    hint: 'Free some space on the disk that holds the study, then try again.',
    keepsFile: true,
  },
  EDQUOT: {
    why: 'Your disk quota is used up.',
    hint: 'Free some space, or ask for a larger quota, then try again.',
    keepsFile: true,
  },
  EFBIG: {
    why: 'A file would become larger than this disk, or a limit of the shell (`ulimit -f`), allows.',
    hint: 'Raise the limit, or move the study to a disk that takes larger files, then try again.',
    keepsFile: true,
  },
  EROFS: {
    why: 'The folder is on a read-only disk.',
    hint: 'Move the study to a folder you can write to.',
    keepsFile: true,
  },
  EACCES: {
    why: 'You do not have permission for this file or folder.',
    hint: 'Ask its owner for access, or work on a copy. A program such as Excel may also have it open.',
    keepsFile: true,
  },
  EPERM: {
    why: 'The system does not allow it.',
    hint: 'Check the permissions of the file and its folder; close it in other programs.',
    keepsFile: true,
  },
  EBUSY: {
    why: 'Another program is using it.',
    hint: 'Close it in other programs, then try again.',
    keepsFile: true,
  },
  EIO: {
    why: 'The disk could not read or write it.',
    hint: 'Save a copy of the study elsewhere, and have the disk or its connection checked.',
    keepsFile: true,
  },
  ESTALE: {
    why: 'The network disk has lost it: its server was restarted, or another computer has replaced it.',
    hint: 'Connect the network disk again, then try again.',
    keepsFile: true,
  },
  ETIMEDOUT: {
    why: 'The network disk did not answer in time.',
    hint: 'Check the network, then try again.',
    keepsFile: true,
  },
  ENODEV: {
    why: 'The disk is no longer there.',
    hint: 'Connect the disk again, then try again.',
    keepsFile: true,
  },
  ENAMETOOLONG: {
    why: 'The path is longer than this system allows.',
    hint: 'Use shorter names and fewer folders within each other, or move the study to a folder with a shorter path.',
    keepsFile: true,
  },
  ENOENT: {
    why: 'It does not exist.',
    hint: 'Check that it was not moved or deleted.',
  },
  EILSEQ: {
    why: 'Its name is in another encoding than UTF-8.',
    hint: 'Give it another name, then try again.',
  },
  EISDIR: {
    why: 'A folder of that name is in the way.',
    hint: 'Rename or remove the folder, then try again.',
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
    why: 'It is a link that leads back to itself.',
    hint: 'Remove the link, or put the file itself in its place.',
  },
  ETOOLARGE: {
    why: 'It is larger than any file of its kind.',
    hint: 'Check what is in it, then move it away or make it smaller.',
  },
  ESTALLED: {
    why: 'The disk does not answer.',
    hint: 'Check that the disk or network folder can be reached, then try again.',
    keepsFile: true,
  },
  ENOTDIR: {
    why: 'A file is in the way where a folder is needed.',
    hint: 'Rename or remove that file, then try again.',
  },
  EMFILE: {
    why: 'Study Desk may not open more files at a time.',
    hint: 'Raise the limit of the shell (`ulimit -n 4096`), or close other programs, then try again.',
    keepsFile: true,
  },
  ENFILE: {
    why: 'Too many files are open on this computer.',
    hint: 'Close other programs, then try again.',
    keepsFile: true,
  },
  ENOMEM: {
    why: 'This computer has no memory left.',
    hint: 'Close other programs, then try again.',
    keepsFile: true,
  },
  EAGAIN: {
    why: 'You may not start more programs at a time.',
    hint: 'Raise the limit of the shell (`ulimit -u`), or close other programs, then try again.',
    keepsFile: true,
  },
};

/** True where a failure is about the disk, this computer or the user's rights, and so says nothing of what is in the file. */
export function keepsFile(error: unknown): boolean {
  return EXPLANATIONS[systemErrorCode(error) ?? '']?.keepsFile === true;
}

/** The system's code of an error (`ENOSPC`), or null where it has none. */
export function systemErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Turns a failed file operation into a sentence with its cause and a way on. */
export function fileSystemError(message: string, error: unknown): AppError {
  const code = systemErrorCode(error) ?? '';
  const detail = error instanceof Error ? error.message : String(error);
  // the name was read as text, which leads nowhere
  const isNoText = code === 'ENOENT' && detail.includes('\ufffd');
  const known = EXPLANATIONS[isNoText ? 'EILSEQ' : code];
  if (known === undefined) return appError('file-system', message, {detail});
  const file = fileOf(error);
  // whoever says what could not be done often names the job, and not the one file of many
  const isNamed = file === null || message.includes(basename(file));
  const why = isNamed ? known.why : `${known.why} (${file})`;
  return appError('file-system', message, {why, hint: known.hint, detail});
}

/** Characters of a path that are shown of its beginning: what is too long to open is too long to read. */
const SHOWN_OF_PATH = 200;

/** The file that a failed operation was about; null where that is not known, or is one of ours on its way to its place. */
function fileOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('path' in error)) return null;
  if (typeof error.path !== 'string' || error.path.endsWith('.tmp')) return null;
  return error.path.length > 2 * SHOWN_OF_PATH
    ? `${error.path.slice(0, SHOWN_OF_PATH)}…`
    : error.path;
}
