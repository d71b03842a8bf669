import type {DoctorFinding, DoctorRemedy} from '../../shared/doctor';

/** What a check found, without the name of the check. */
export type Judgement = Omit<DoctorFinding, 'check'>;

/** What goes with the sentence. */
interface Details {
  readonly hint?: string;
  readonly remedy?: DoctorRemedy | null;
  /** Where the sentence holds something of the user's or the study's: the same without it. */
  readonly inReport?: string;
}

/** Nothing is wrong. */
export const fine = (message: string, details: Details = {}): Judgement =>
  judgement('ok', message, details);

/** It works, but with something the user should know. */
export const warning = (message: string, details: Details): Judgement =>
  judgement('warning', message, details);

/** Runs fail, or nothing can be run. */
export const wrong = (message: string, details: Details): Judgement =>
  judgement('wrong', message, details);

/** It was not checked, with the reason. */
export const notChecked = (message: string, details: Details = {}): Judgement =>
  judgement('not-checked', message, details);

function judgement(
  result: Judgement['result'],
  message: string,
  {hint, remedy, inReport}: Details,
): Judgement {
  return {
    ...{result, message, hint: hint ?? null, remedy: remedy ?? null},
    inReport: inReport ?? message,
  };
}
