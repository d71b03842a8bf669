import {existsSync, readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import * as z from 'zod';
import type {ActionGraph} from '../../../shared/graph';
import type {FoldableAction} from '../../../renderer/groups/fold';

const CORPUS = new URL('../../../../shared/corpus/expected.json.gz', import.meta.url).pathname;

const expected = z.record(
  z.string(),
  z.object({
    accepted: z.boolean(),
    actions: z
      .array(z.object({name: z.string(), argv: z.array(z.string()), needs: z.array(z.string())}))
      .default([]),
  }),
);

/** A real study, as far as the graph is concerned. */
export interface CorpusStudy {
  readonly file: string;
  readonly actions: readonly FoldableAction[];
  readonly graph: ActionGraph;
}

/** The valid studies of ../shared/corpus; null where that folder is not beside the checkout. */
export function corpusStudies(): readonly CorpusStudy[] | null {
  if (!existsSync(CORPUS)) return null;
  const all = expected.parse(JSON.parse(gunzipSync(readFileSync(CORPUS)).toString('utf8')));
  return Object.entries(all)
    .filter(([, study]) => study.accepted)
    .map(([file, study]) => ({
      file,
      actions: study.actions.map(({name, argv}) => foldable(name, argv)),
      graph: graphOf(study.actions.map(({name, needs}) => [name, needs] as const)),
    }));
}

/** An action with the run line `argv`. */
export function foldable(name: string, argv: readonly string[]): FoldableAction {
  const [imageName = '', imageTag = ''] = (argv[0] ?? '').split(':');
  const span = {line: 1, column: 1, endLine: 1, endColumn: 1};
  return {name, run: {raw: argv.join(' '), argv, imageName, imageTag, span}};
}

/** The graph of actions given with their needs, in file order. */
export function graphOf(actions: readonly (readonly [string, readonly string[]])[]): ActionGraph {
  const upstream = new Map(actions.map(([name, needs]) => [name, [...new Set(needs)]]));
  const downstream = new Map<string, string[]>(actions.map(([name]) => [name, []]));
  for (const [name, needs] of upstream) needs.forEach((need) => downstream.get(need)?.push(name));
  const rank = new Map<string, number>();
  const rankOf = (name: string): number => {
    const known = rank.get(name);
    if (known !== undefined) return known;
    const value = Math.max(-1, ...(upstream.get(name) ?? []).map(rankOf)) + 1;
    rank.set(name, value);
    return value;
  };
  actions.forEach(([name]) => rankOf(name));
  return {names: actions.map(([name]) => name), upstream, downstream, rank};
}
