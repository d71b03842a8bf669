import {useCallback, useEffect, useState} from 'react';
import {DOCTOR_CHECK_NAMES, type DoctorCheck, type DoctorFinding} from '../../shared/doctor';
import type {AppError} from '../../shared/errors';
import {useDesk} from '../state/deskStore';

/** What has come in so far: a check that is missing is under way. */
export type DoctorAnswers = ReadonlyMap<DoctorCheck, readonly DoctorFinding[]>;

/** The doctor's page: every check is asked for at once, and shown when its answer comes. */
export interface DoctorPage {
  readonly answers: DoctorAnswers;
  readonly error: AppError | null;
  /** Makes all checks anew. */
  readonly lookAgain: () => void;
  /** Makes one anew, with leave to ask the registry or to put aside what is damaged. */
  readonly look: (check: DoctorCheck, leave?: Leave) => void;
}

type Leave = Partial<Record<'asksRegistry' | 'repairs', boolean>>;

/** Asks the doctor; what is still under way when the page is left is stopped. */
export function useDoctor(): DoctorPage {
  const {host} = useDesk();
  const [answers, setAnswers] = useState<DoctorAnswers>(new Map());
  const [error, setError] = useState<AppError | null>(null);

  const look = useCallback(
    (check: DoctorCheck, {asksRegistry = false, repairs = false}: Leave = {}) => {
      setAnswers((known) => new Map([...known].filter(([each]) => each !== check)));
      void host.request('doctor:check', {check, asksRegistry, repairs}).then((answer) => {
        if (answer.ok) setAnswers((known) => new Map(known).set(check, answer.value));
        else setError(answer.error);
      });
    },
    [host],
  );
  const lookAgain = useCallback(() => {
    setError(null);
    for (const check of DOCTOR_CHECK_NAMES) look(check);
  }, [look]);
  useEffect(() => {
    lookAgain();
    return () => void host.request('doctor:stop', {});
  }, [lookAgain, host]);
  return {answers, error, look, lookAgain};
}
