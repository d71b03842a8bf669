import type {EngineRemedy} from './engine';

/** What the doctor looks at, in the order in which it is told: what it is called, and what is asked. */
export const DOCTOR_CHECKS = {
  computer: {title: 'This computer', asks: 'What does Study Desk run on?'},
  engine: {title: 'Container engine', asks: 'Does the engine that runs actions answer?'},
  memory: {title: 'Memory', asks: 'Has the engine what jobs may take together?'},
  architecture: {title: 'Processor', asks: 'Can images run without emulation?'},
  clock: {title: 'Clock', asks: 'Does the engine’s clock agree with this computer’s?'},
  disk: {title: 'Disk', asks: 'Is there room for images and outputs?'},
  images: {title: 'Images', asks: 'Are the images here that the study needs?'},
  registry: {title: 'Image registry', asks: 'Can images be downloaded?'},
  proxy: {title: 'Proxy', asks: 'Do this computer and the engine go through the same one?'},
  git: {title: 'Git', asks: 'Is git here, and the repository as it should be?'},
  permissions: {title: 'Permissions', asks: 'May Study Desk write where it has to?'},
  owners: {title: 'Owners of files', asks: 'Do the study’s files belong to you?'},
  place: {title: 'Place of the study', asks: 'Is it on a disk of this computer, unsynchronised?'},
  sandbox: {title: 'Sandbox', asks: 'May the window shut its pages in?'},
  project: {title: 'Study', asks: 'Is project.yaml here, and valid?'},
  records: {title: 'Records', asks: 'Can all be read that is kept of earlier runs?'},
  leftovers: {
    title: 'Unfinished files',
    asks: 'Did a kill leave files of ours beside yours?',
  },
  run: {title: 'A run of everything', asks: 'Is anything in its way?'},
} as const;

/** One of them. */
export type DoctorCheck = keyof typeof DOCTOR_CHECKS;

/** All of them, in their order. */
export const DOCTOR_CHECK_NAMES = Object.keys(DOCTOR_CHECKS) as readonly DoctorCheck[]; // the keys of that very table

/** What can be done about something that the doctor found, as a button. */
export type DoctorRemedy =
  | EngineRemedy
  /** A dialog of the window that puts it right. */
  | {readonly kind: 'dialog'; readonly dialog: 'engines' | 'images' | 'clean-up' | 'settings'}
  /** Asking the registry, which is not done unasked. */
  | {readonly kind: 'ask-registry'}
  /** Putting aside what is damaged. */
  | {readonly kind: 'repair'};

/** What was found at one check; a check may find several things. */
export interface DoctorFinding {
  readonly check: DoctorCheck;
  /** `not-checked`: it can't be told, which is no good sign and no bad one. */
  readonly result: 'ok' | 'warning' | 'wrong' | 'not-checked';
  /** In a sentence; where it was not checked, why. */
  readonly message: string;
  /** What to do about it; null where nothing need be done. */
  readonly hint: string | null;
  readonly remedy: DoctorRemedy | null;
  /** The same for somebody else to read: without names, paths and anything else of the user's or the study's. */
  readonly inReport: string;
}

/** What may be done besides looking. */
export interface DoctorLeave {
  /** Ask the registry of images, over the network. */
  readonly asksRegistry: boolean;
  /** Put aside what of the study's records is damaged. */
  readonly repairs: boolean;
}

/** Results in words. */
export const DOCTOR_RESULTS: Readonly<Record<DoctorFinding['result'], string>> = {
  ok: 'ok',
  warning: 'warning',
  wrong: 'wrong',
  'not-checked': 'not checked',
};

/** The gravest result of several; `not-checked` of none. */
export function gravestOf(findings: readonly DoctorFinding[]): DoctorFinding['result'] {
  const results = findings.map(({result}) => result);
  return (
    (['wrong', 'warning', 'not-checked', 'ok'] as const).find((each) => results.includes(each)) ??
    'not-checked'
  );
}
