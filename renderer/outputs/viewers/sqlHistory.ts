import type {DeskStore} from '../../state/deskStore';

/** Where the questions are kept with the study's view, as a JSON list. */
const KEPT = 'tables.sql';

/** Questions that are kept, the latest first. */
const MOST = 20;

/** The questions in SQL that were asked in this study, the latest first. */
export function keptQuestions(store: DeskStore): readonly string[] {
  try {
    const kept: unknown = JSON.parse(store.getState().choices[KEPT] ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((each): each is string => typeof each === 'string')
      : [];
  } catch {
    return [];
  }
}

/** Keeps a question, once, as the latest one. */
export function keepQuestion(store: DeskStore, sql: string): void {
  const others = keptQuestions(store).filter((each) => each !== sql);
  const kept = JSON.stringify([sql, ...others].slice(0, MOST));
  store.setState(({choices}) => ({choices: {...choices, [KEPT]: kept}}));
}
