import {fine, type Judgement, warning} from './judgement';

/** What is known of where a study lies. */
export interface StudyPlace {
  readonly platform: NodeJS.Platform;
  /** Absolute, with links resolved. */
  readonly dir: string;
  /** The kind of its file system, as the system names it; null where it does not. */
  readonly fileSystem: string | null;
  /** Names in the study's folder and in those above it that programs which synchronise leave there. */
  readonly marks: readonly string[];
}

/** Kinds of file systems that lie on another computer. */
const NETWORK =
  /^(?:nfs4?|cifs|smb3?|smbfs|afpfs|webdav|davfs|afs|ceph|lustre|gpfs|beegfs|glusterfs|ncpfs|fuse\.(?:sshfs|rclone|davfs2?|s3fs|glusterfs|smbnetfs|gvfsd-fuse))$/u;

/** Kinds that this computer's host lends to a virtual machine: another system's disk, slow for many small files. */
const LENT = /^(?:9p|drvfs|vboxsf|virtiofs|prl_fs|fuse\.(?:vmhgfs-fuse|prl_fsd|grpcfuse))$/u;

/** Folders of programs that synchronise, as they name them. */
const SYNCHRONISED: readonly (readonly [name: string, folder: RegExp, mark: RegExp | null])[] = [
  ['Dropbox', /^Dropbox(?:$| \()/iu, /^\.dropbox(?:\.cache)?$/u],
  ['OneDrive', /^OneDrive(?:$| - |-)/iu, null],
  ['iCloud Drive', /^(?:Mobile Documents|iCloud ?Drive|iCloud~.*)$/iu, null],
  [
    'Google Drive',
    /^(?:Google ?Drive(?:$|-| \()|My Drive$)/iu,
    /^\.tmp\.drive(?:upload|download)$/u,
  ],
  ['Nextcloud', /^Nextcloud\d*$/iu, /^\.nextcloudsync\.log$/u],
  ['ownCloud', /^ownCloud\d*$/iu, /^\.owncloudsync\.log$/u],
  ['Box', /^(?:Box(?: Sync)?|Box-Box)$/u, null],
  ['Syncthing', /^$/u, /^\.stfolder$/u],
];

const SENSITIVE =
  'Outputs may be sensitive and would leave this computer; files that another program holds can fail a run. Move the study to a folder of this computer alone.';

/** The program that keeps a study's folder the same on other computers, going by names; null for none. Pure. */
export function synchronisedBy({dir, marks}: Pick<StudyPlace, 'dir' | 'marks'>): string | null {
  const parts = dir.split(/[\\/]+/u);
  const found = SYNCHRONISED.find(
    ([, folder, mark]) =>
      parts.some((part) => part !== '' && folder.test(part)) ||
      (mark !== null && marks.some((each) => mark.test(each))),
  );
  return found?.[0] ?? null;
}

/** Whether a study lies where sensitive files and many small ones are at home. Pure. */
export function judgePlace(place: StudyPlace): readonly Judgement[] {
  const {platform, dir, fileSystem} = place;
  const judgements: Judgement[] = [];
  const program = synchronisedBy(place);
  if (program !== null)
    judgements.push(
      warning(`The study lies in a folder that ${program} seems to synchronise.`, {
        hint: SENSITIVE,
      }),
    );
  if (dir.startsWith('\\\\') || (fileSystem !== null && NETWORK.test(fileSystem)))
    judgements.push(
      warning(
        `The study lies on a network drive${fileSystem === null ? '' : ` (${fileSystem})`}.`,
        {
          hint: 'Changes of others may be seen late, and runs take longer. Move it to a disk of this computer.',
        },
      ),
    );
  else if (fileSystem !== null && LENT.test(fileSystem))
    judgements.push(
      warning(`The study lies on a disk that another system lends to this one (${fileSystem}).`, {
        hint: 'Reading many files takes long there. Move it to a folder of the system that Study Desk runs in.',
      }),
    );
  if (judgements.length > 0) return judgements;
  return fileSystem === null
    ? [
        fine('It is in no folder that is known to be synchronised.', {
          hint:
            platform === 'win32'
              ? 'Study Desk can’t check here whether a drive with its own letter is on a network.'
              : 'Study Desk can’t check here whether its disk is on a network.',
        }),
      ]
    : [
        fine(
          `On a disk of this computer (${fileSystem}), in no folder that is known to be synchronised.`,
        ),
      ];
}

/**
 * The kind of the file system that a folder lies on, by Linux's list of mounts (/proc/self/mountinfo): the one mounted last at the
 * longest folder above it. Pure.
 */
export function fileSystemOf(dir: string, mountInfo: string): string | null {
  let found: {readonly at: string; readonly kind: string} | null = null;
  for (const line of mountInfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const at = before
      .split(' ')[4]
      ?.replace(/\\(\d{3})/gu, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const kind = after.split(' ')[0];
    if (at === undefined || kind === undefined || kind === '') continue;
    const holds = at === '/' || dir === at || dir.startsWith(`${at}/`);
    if (holds && at.length >= (found?.at.length ?? 0)) found = {at, kind};
  }
  return found?.kind ?? null;
}
