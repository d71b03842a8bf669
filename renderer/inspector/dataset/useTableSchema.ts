import {useEffect, useMemo, useRef} from 'react';
import {tablesFolder, type EhrqlSchema} from '../../../shared/dataset';
import {askAbout} from '../../state/definitions';
import {useDesk, useDeskState} from '../../state/deskStore';

/**
 * What ehrQL has in a dummy table, and a sentence on how far its values are checked. ehrQL is asked about the definitions that
 * read its folder, one after the other, until one reads the table.
 */
export function useTableSchema(path: string): {
  readonly schema: EhrqlSchema | null;
  readonly words: string;
} {
  const desk = useDesk();
  const [folder, name] = partsOf(path);
  const definitions = useDeskState((state) => state.definitions);
  const placed = useDeskState((state) => state.placedTables.get(folder));
  const looked = useDeskState((state) => state.looked);
  const asked = useRef(new Set<string>());
  const actions = useMemo(
    () => [
      ...new Set([
        ...definitions.filter((run) => tablesFolder(run) === folder).map(({action}) => action),
        ...(placed === undefined ? [] : [placed]),
      ]),
    ],
    [definitions, folder, placed],
  );
  const answers = actions.map((action) => looked.get(action) ?? null);
  const datasets = answers.flatMap((each) => (each?.answer?.ok === true ? each.answer.value : []));
  const schema =
    datasets.flatMap(({schemas}) => schemas).find((each) => each.name === name) ?? null;
  const next =
    schema === null && answers.every((each) => each?.running !== true)
      ? actions.find((_, at) => (answers[at]?.answer ?? null) === null)
      : undefined;
  useEffect(() => {
    if (next === undefined || asked.current.has(next)) return;
    asked.current.add(next);
    void askAbout(desk, 'look', next);
  }, [desk, next]);
  if (schema !== null) return {schema, words: `Values are checked as ehrQL has the table ${name}.`};
  if (answers.some((each) => each?.running === true))
    return {schema, words: `ehrQL reads what ${name} may hold…`};
  const error = answers
    .map((each) => (each?.answer?.ok === false ? each.answer.error.message : null))
    .concat(datasets.map((each) => each.error?.message ?? null))
    .find((message) => message !== null);
  return {
    schema,
    words:
      error !== undefined
        ? `Values are not checked: ${error}`
        : datasets.length > 0
          ? `Values are not checked: no definition reads the table ${name}.`
          : 'Values are not checked: ehrQL has not been asked.',
  };
}

/** The folder of a path, and the name of the table. */
function partsOf(path: string): readonly [folder: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1).replace(/\.csv(?:\.gz)?$/, '')];
}
