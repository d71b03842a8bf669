import type {Dataset, DefinitionProblem, EhrqlAction} from '../../../shared/dataset';
import {isDefinitionRule} from '../../../shared/definitionRules';
import {ok} from '../../../shared/result';
import {lookError, stopped} from '../../ehrql/definitionError';
import {readFacts} from '../../ehrql/facts';
import {definitionProblems} from '../../ehrql/problems';
import {lookProgram} from '../../ehrql/programs';
import {readSerialised} from '../../ehrql/serialised';
import {dummyDataOf} from '../../study/ehrqlRun';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {textProblems, type KnownDefinitions} from './definitionChecks';
import {testFilesOf, type Definition} from './definitions';
import {dummyHeaders} from './dummyHeaders';
import type {EhrqlWork} from './ehrqlWork';

/** What looking at a definition needs. */
export interface Looking {
  readonly state: StudyState;
  readonly work: EhrqlWork;
  /** Keeps what an image said, for the checks that ask none. */
  readonly known: Pick<KnownDefinitions, 'note'>;
}

/** What a definition is as ehrQL loads it, and what is wrong with it; what ehrQL refuses is its `error`. */
export async function lookAtDefinition(
  {state, work, known}: Looking,
  definition: Definition,
  stop: AbortController,
): Answer<Dataset> {
  const {run, file, args} = definition;
  const runLine = run === null ? null : definition.action.run.span.line;
  const wanted = run === null ? null : run.command === 'generate-measures' ? 'measures' : 'dataset';
  const done = await work.carryOut(definition, lookProgram, stop);
  if (!done.ok && done.error.kind !== 'job-failed') return done;
  const text = done.ok ? done.value.end.parts.get('definition') : undefined;
  const read = text === undefined ? null : readSerialised(text, wanted);
  const kind = read?.kind ?? null;
  const facts = done.ok ? readFacts(done.value.end.parts.get('facts') ?? '', kind) : null;
  const dataset = {
    ...{action: run?.action ?? null, file, args, kind},
    populationSize: read?.populationSize ?? null,
    columns: facts?.columns ?? read?.variables.map((name) => ({name, type: null})) ?? [],
    events: facts?.events ?? read?.events.map((name) => ({name, columns: []})) ?? [],
    tables: read?.tables ?? [],
    schemas: facts?.schemas ?? [],
    permissions: read?.permissions ?? [],
    dummyData: dummyDataOf(run ?? {dummyDataFile: null, dummyTables: null}),
    testFiles: await testFilesOf(state, definition),
    namedTestFile: run?.testDataFile ?? null,
    error: done.ok
      ? lookError({...done.value.end, image: done.value.image}, read, wanted, file)
      : stopped(done.error, file),
  };
  const found = {
    definition: dataset,
    facts: facts ?? {needed: [], uses: new Map()},
    run,
    runLine,
  };
  const headers = await dummyHeaders(state, dataset.dummyData);
  const ofImage = definitionProblems({...found, ...headers});
  if (run !== null) await known.note(run, ofImage);
  const ofText = await textProblems(state.dir, {file, output: run?.output ?? null});
  const isNew = ({rule, line}: DefinitionProblem): boolean =>
    !ofImage.some((each) => each.rule === rule && each.line === line);
  const problems = [...ofImage, ...ofText.filter(isNew)].sort(byPlace);
  return ok({...dataset, problems: [...ofRunLine(state, run), ...problems]});
}

/** What is wrong with what a run line says to ehrQL. */
function ofRunLine(state: StudyState, run: EhrqlAction | null): readonly DefinitionProblem[] {
  const {problems} = state.snapshot().reading;
  return problems.flatMap(
    ({rule, action, message, hint, line, place}): readonly DefinitionProblem[] =>
      run !== null && action === run.action && place === undefined && isDefinitionRule(rule)
        ? [{rule, message, hint, file: 'project.yaml', line}]
        : [],
  );
}

/** ehrQL names permissions in any order. */
function byPlace(left: DefinitionProblem, right: DefinitionProblem): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return (left.line ?? Infinity) - (right.line ?? Infinity) || 0;
}
