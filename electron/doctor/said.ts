import type {DoctorFinding, DoctorRemedy} from '../../shared/doctor';

/** What a check says, without its own name. */
export type Said = Omit<DoctorFinding, 'check'>;

/** What is said besides the sentence. */
interface Besides {
  readonly hint?: string;
  readonly remedy?: DoctorRemedy | null;
  /** Where the sentence holds something of the user's or the study's: the same without it. */
  readonly inReport?: string;
}

/** All is well. */
export const fine = (message: string, besides: Besides = {}): Said => said('ok', message, besides);

/** It works, but something about it will be met. */
export const warning = (message: string, besides: Besides): Said =>
  said('warning', message, besides);

/** Runs fail, or nothing can be run. */
export const wrong = (message: string, besides: Besides): Said => said('wrong', message, besides);

/** It can't be told, and why. */
export const notChecked = (message: string, besides: Besides = {}): Said =>
  said('not-checked', message, besides);

function said(result: Said['result'], message: string, {hint, remedy, inReport}: Besides): Said {
  return {
    ...{result, message, hint: hint ?? null, remedy: remedy ?? null},
    inReport: inReport ?? message,
  };
}
