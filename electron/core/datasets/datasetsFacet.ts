import {appError, failWith, type AppError} from '../../../shared/errors';
import type {datasetRequests} from '../../../shared/contract/datasetRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {
  plainPath,
  type Assurance,
  type Dataset,
  type DatasetWork,
  type DefinitionError,
  type DefinitionProblem,
  type EhrqlAction,
  type MadeTables,
  type NewTest,
  type TableText,
  type Trial,
} from '../../../shared/dataset';
import {isDefinitionRule} from '../../../shared/definitionRules';
import type {FailureCard} from '../../../shared/failure';
import {formatPlural} from '../../../shared/format';
import {err, ok} from '../../../shared/result';
import {readAssureOutput, testedPatients} from '../../ehrql/assureOutput';
import {readDebugOutput} from '../../ehrql/debugOutput';
import {
  edgeOf,
  isUnknownCommand,
  lookError,
  otherVersion,
  placed,
  printedBeside,
  readDefinitionError,
} from '../../ehrql/definitionError';
import {firstTest, firstTestPath} from '../../ehrql/firstTest';
import {readFacts, readLines} from '../../ehrql/facts';
import {definitionProblems} from '../../ehrql/problems';
import {
  assureProgram,
  lookProgram,
  newTestProgram,
  tablesProgram,
  tryProgram,
} from '../../ehrql/programs';
import {dummyDataOf} from '../../study/ehrqlRun';
import {readSerialised} from '../../ehrql/serialised';
import {fileInStudy} from '../../files/fileInStudy';
import {explainFailure} from '../../failures/explainFailure';
import {lookIntoStudy} from '../failures/failureFacts';
import type {ImagesFacet} from '../engines/imagesFacet';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {listStudyFiles} from '../project/listStudyFiles';
import {copyForAction} from '../tools/actionCopy';
import {textProblems, type KnownDefinitions} from './definitionChecks';
import {dummyHeaders, tableCount} from './dummyHeaders';
import {DummyTables} from './dummyTables';
import {definitionsOf, ehrqlActions, testFilesOf, type Definition} from './definitions';
import {runEhrql, type EhrqlEnd} from './runEhrql';

/** Definitions in ehrQL, run in the images of their actions beside any run. */
export interface DatasetsFacet extends FacetOf<typeof datasetRequests> {
  /** Stops what is under way; nothing of it is left running. */
  close(): Promise<void>;
}

/** What each kind of work is called. */
const WORDS = {
  look: 'reading',
  try: 'try',
  assure: 'test',
  make: 'making of dummy tables',
} as const;

/** Definitions looked at together: each takes a processor. */
const AT_A_TIME = 2;

/** Creates it for a study. */
export function createDatasetsFacet(
  state: StudyState,
  images: ImagesFacet,
  known: Pick<KnownDefinitions, 'note'>,
): DatasetsFacet {
  return new DatasetsOfStudy(state, images, known);
}

class DatasetsOfStudy implements DatasetsFacet {
  private readonly underWay = new Map<Promise<unknown>, AbortController>();
  /** What can be stopped: the newest of its kind of each action or file. */
  private readonly stops = new Map<string, AbortController>();
  private readonly tables: DummyTables;

  constructor(
    private readonly state: StudyState,
    private readonly images: ImagesFacet,
    private readonly known: Pick<KnownDefinitions, 'note'>,
  ) {
    this.tables = new DummyTables(state);
  }

  list() {
    return ehrqlActions(this.state);
  }

  async look({of}: {readonly of: string}): Answer<readonly Dataset[]> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const stop = this.begin('look', of);
    const datasets: Dataset[] = [];
    for (let from = 0; from < found.value.length; from += AT_A_TIME) {
      const some = found.value.slice(from, from + AT_A_TIME).map((each) => this.lookAt(each, stop));
      for (const looked of await Promise.all(some)) {
        if (!looked.ok) return looked;
        datasets.push(looked.value);
      }
    }
    return ok(datasets);
  }

  async try({
    of,
    dummyTables,
  }: {
    readonly of: string;
    readonly dummyTables: string | null;
  }): Answer<Trial> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const [definition, ...others] = found.value;
    if (definition === undefined) return failWith('not-found', `There is nothing to try in ${of}.`);
    const {file, run} = definition;
    const given = dummyTables ?? run?.dummyTables ?? null;
    const tables = given === null ? null : plainPath(given).replace(/\/+$/, '');
    if (tables !== null && !(await fileInStudy(this.state.dir, tables)).ok)
      return failWith('not-found', `There is no folder ${tables} with dummy tables in the study.`);
    const stop = this.begin('try', file);
    const ended = await this.carryOut(definition, (input) => tryProgram(input, tables), stop);
    if (!ended.ok) return ended;
    const notices = [
      ...ended.value.notices,
      ...(others.length === 0 || run === null
        ? []
        : [`Other actions run ${file} too: it was tried with the parameters of ${run.action}.`]),
    ];
    return ok(await this.trialOf(definition, tables, ended.value.end, notices));
  }

  stop({what, of}: {readonly what: DatasetWork; readonly of: string}): void {
    const run = ehrqlActions(this.state).find(({action}) => action === of);
    const key = what === 'try' ? plainPath(run?.file ?? of) : of;
    this.stops
      .get(`${what} ${key}`)
      ?.abort(appError('cancelled', `The ${WORDS[what]} of ${key} was stopped.`));
  }

  async assure({of}: {readonly of: string}): Answer<readonly Assurance[]> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const stop = this.begin('assure', of);
    const assured: Assurance[] = [];
    const seen = new Set<string>();
    for (const definition of found.value) {
      const files = await testFilesOf(this.state, definition);
      for (const file of files) {
        const once = JSON.stringify([file, definition.args]);
        if (seen.has(once)) continue;
        seen.add(once);
        const done = await this.assureFile({...definition, file}, stop);
        if (!done.ok) return done;
        assured.push(done.value);
      }
    }
    if (assured.length > 0) return ok(assured);
    return failWith('not-found', `${of} has no assurance tests.`, {
      why: 'No file that defines `test_data` imports it, and no run line names one with `--test-data-file`.',
    });
  }

  async testFiles({of}: {readonly of: string}): Answer<readonly string[]> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const files = await Promise.all(found.value.map((each) => testFilesOf(this.state, each)));
    return ok([...new Set(files.flat())]);
  }

  async newTest({of}: {readonly of: string}): Answer<NewTest> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const [definition] = found.value;
    if (definition === undefined) return failWith('not-found', `There is no definition ${of}.`);
    const {file} = definition;
    const taken = (await listStudyFiles(this.state.dir)) ?? [];
    const path = firstTestPath(file, [...taken]);
    if (!path.ok) return path;
    const stop = this.begin('assure', of);
    const looked = await this.lookAt(definition, stop);
    if (!looked.ok) return looked;
    const {kind, error, tables, schemas} = looked.value;
    if (error !== null)
      return failWith('job-failed', `${file} can’t be loaded.`, {why: error.message});
    if (kind !== 'dataset' || tables.some(({name}) => !schemas.some((each) => each.name === name)))
      return failWith('invalid-request', `No first test can be written for ${file}.`, {
        why:
          kind !== 'dataset'
            ? 'ehrQL tests datasets, and this makes none.'
            : 'The ehrQL of this image does not say what its tables look like.',
      });
    // what is expected of the patient is what ehrQL finds, so that it is right at once
    let printed = '';
    for (const inPopulation of [true, false]) {
      const text = firstTest(looked.value, inPopulation);
      const done = await this.carryOut(
        {...definition, file: path.value},
        (input) => newTestProgram(input, text),
        stop,
      );
      if (!done.ok) return done;
      if (done.value.end.exitCode === 0) return ok({path: path.value, text});
      printed = done.value.end.parts.get('') ?? '';
    }
    return failWith('job-failed', `ehrQL takes no first test of ${file}.`, {
      why: readDefinitionError(printed).message,
      detail: printed,
    });
  }

  async makeTables({
    of,
    folder,
  }: {
    readonly of: string;
    readonly folder: string;
  }): Answer<MadeTables> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const [definition] = found.value;
    const target = plainPath(folder).replace(/\/+$/, '');
    const refused = this.tables.refusalOf(target);
    if (refused !== null) return err(refused);
    if (definition === undefined) return failWith('not-found', `There is no definition ${of}.`);
    const done = await this.carryOut(definition, tablesProgram, this.begin('make', of));
    if (!done.ok) return done;
    const {exitCode, parts, stderr} = done.value.end;
    if (exitCode !== 0) {
      const {message, file, line} = placed(readDefinitionError(stderr), definition.file);
      const place = `${file ?? definition.file}${line === null ? '' : `:${line}`}`;
      return failWith('job-failed', `ehrQL made no dummy tables of ${definition.file}.`, {
        why: isUnknownCommand('create-dummy-tables', stderr)
          ? otherVersion(done.value.image, 'create-dummy-tables')
          : `${place}: ${message}`,
      });
    }
    const texts = [...parts].flatMap(([name, text]): readonly (readonly [string, string])[] =>
      name.startsWith('table ') ? [[name.slice(6), text]] : [],
    );
    return this.tables.keep(target, new Map(texts));
  }

  placeTables({id}: {readonly id: string}): Answer<null> {
    return this.tables.place(id);
  }

  readTable({path}: {readonly path: string}): Answer<TableText> {
    return this.tables.read(path);
  }

  saveTable(change: {
    readonly path: string;
    readonly version: string;
    readonly text: string;
  }): Answer<TableText> {
    return this.tables.save(change.path, change.version, change.text);
  }

  async close(): Promise<void> {
    for (const stop of this.underWay.values())
      stop.abort(appError('cancelled', 'The study was closed.'));
    await Promise.allSettled(this.underWay.keys());
  }

  /** How this work is stopped; an older one of the same kind is. */
  private begin(what: DatasetWork, of: string): AbortController {
    const key = `${what} ${of}`;
    this.stops.get(key)?.abort(appError('cancelled', `A newer ${WORDS[what]} of ${of} has begun.`));
    const stop = new AbortController();
    this.stops.set(key, stop);
    return stop;
  }

  private async carryOut(
    {action, project, file, args}: Definition,
    program: (input: Parameters<typeof lookProgram>[0]) => ReturnType<typeof lookProgram>,
    stop: AbortController,
  ): Answer<{readonly end: EhrqlEnd; readonly notices: readonly string[]; readonly image: string}> {
    const work = async (): ReturnType<typeof this.carryOut> => {
      const copied = await copyForAction(this.state, this.images, project, action);
      if (!copied.ok) return copied;
      const end = await runEhrql(
        this.state,
        copied.value,
        (image) => program({...image, file, args}),
        stop.signal,
      );
      const {definition, notices} = copied.value;
      return end.ok ? ok({end: end.value, notices, image: definition.image}) : end;
    };
    if (this.state.isClosed()) return failWith('cancelled', 'The study was closed.');
    const working = work();
    this.underWay.set(working, stop);
    try {
      return await working;
    } finally {
      this.underWay.delete(working);
    }
  }

  private async lookAt(definition: Definition, stop: AbortController): Answer<Dataset> {
    const {run, file, args} = definition;
    const runLine = run === null ? null : definition.action.run.span.line;
    const wanted =
      run === null ? null : run.command === 'generate-measures' ? 'measures' : 'dataset';
    const done = await this.carryOut(definition, lookProgram, stop);
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
      testFiles: await testFilesOf(this.state, definition),
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
    const headers = await dummyHeaders(this.state, dataset.dummyData);
    const ofImage = definitionProblems({...found, ...headers});
    if (run !== null) await this.known.note(run, ofImage);
    const ofText = await textProblems(this.state.dir, {file, output: run?.output ?? null});
    const isNew = ({rule, line}: DefinitionProblem): boolean =>
      !ofImage.some((each) => each.rule === rule && each.line === line);
    const problems = [...ofImage, ...ofText.filter(isNew)].sort(byPlace);
    return ok({...dataset, problems: [...this.ofRunLine(run), ...problems]});
  }

  /** What is wrong with what a run line says to ehrQL. */
  private ofRunLine(run: EhrqlAction | null): readonly DefinitionProblem[] {
    const {problems} = this.state.snapshot().reading;
    return problems.flatMap(
      ({rule, action, message, hint, line, place}): readonly DefinitionProblem[] =>
        run !== null && action === run.action && place === undefined && isDefinitionRule(rule)
          ? [{rule, message, hint, file: 'project.yaml', line}]
          : [],
    );
  }

  private async trialOf(
    {file, run}: Definition,
    tables: string | null,
    {exitCode, parts, stderr, milliseconds}: EhrqlEnd,
    notices: readonly string[],
  ): Promise<Trial> {
    const {shown, rest, unclear} = readDebugOutput(stderr);
    const names = [...parts.keys()];
    const generated = names.find((name) => name.startsWith('generated '))?.slice(10);
    const wrote = names.flatMap((name) => (name.startsWith('wrote ./') ? [name.slice(8)] : []));
    const failed = exitCode !== 0;
    const error = failed ? placed(readDefinitionError(rest), file) : null;
    const edge = error === null ? null : edgeOf(error);
    return {
      file,
      shown,
      data:
        tables !== null
          ? `${tables}/, ${formatPlural(await tableCount(this.state.dir, tables), 'table')}`
          : generated === undefined
            ? null
            : `${formatPlural(Number(generated), 'patient')} generated by ehrQL`,
      exitCode,
      error,
      card: failed ? await this.cardOf(run?.action ?? null, exitCode, rest) : null,
      printed: printedBeside(rest, error),
      notices: [
        ...notices,
        ...(wrote.length === 0
          ? []
          : [
              `It wrote ${wrote.join(', ')}: nothing of that is kept, and the server allows no definition to write.`,
            ]),
        ...(unclear === 0
          ? []
          : [
              `${formatPlural(unclear, 'row')} hold HTML of their own: their cells can't be told apart.`,
            ]),
        ...(edge === null ? [] : [edge]),
      ],
      milliseconds,
    };
  }

  private async assureFile(definition: Definition, stop: AbortController): Answer<Assurance> {
    const {run, file} = definition;
    const done = await this.carryOut(definition, assureProgram, stop);
    if (!done.ok && done.error.kind !== 'job-failed') return done;
    const base = {action: run?.action ?? null, file};
    const none = {...base, patients: [], right: 0, total: 0};
    if (!done.ok) return ok({...none, error: stopped(done.error, file), card: null});
    const {exitCode, parts} = done.value.end;
    const printed = parts.get('') ?? '';
    const faults = readAssureOutput(printed);
    const card = exitCode === 0 ? null : await this.cardOf(base.action, exitCode, printed);
    if (faults === null || (exitCode !== 0 && faults.length === 0)) {
      const error = isUnknownCommand('assure', printed)
        ? {message: otherVersion(done.value.image, 'assure'), file, line: null}
        : placed(readDefinitionError(printed), file);
      return ok({...none, error, card});
    }
    const ids = readSerialised(parts.get('definition') ?? '', 'dataset')?.testPatients;
    const all = ids ?? [...new Set(faults.map(({patient}) => patient))];
    const patients = testedPatients(file, all, faults, readLines(parts.get('lines') ?? ''));
    const wrong = new Set(faults.map(({patient}) => patient)).size;
    return ok({...base, patients, right: all.length - wrong, total: all.length, error: null, card});
  }

  /** A failure explained as that of the action's job would be. */
  private async cardOf(
    action: string | null,
    exitCode: number,
    printed: string,
  ): Promise<FailureCard | null> {
    if (action === null) return null;
    const lookup = lookIntoStudy(this.state);
    return explainFailure({
      ...{jobId: '', action, message: '', statusCode: 'nonzero_exit', exitCode},
      ...{outOfMemoryBytes: null, peakMemoryBytes: null, unmatchedPatterns: [], unmatchedFiles: []},
      ...{lines: printed.split('\n').slice(-CARD_LINES), firstSeq: 0},
      study: lookup.study,
      inputs: lookup.inputs(action),
      headers: () => lookup.headers(action),
      code: (path) => lookup.code(path, null),
      codePaths: () => lookup.codePaths(),
    });
  }
}

/** ehrQL names permissions in any order. */
function byPlace(left: DefinitionProblem, right: DefinitionProblem): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return (left.line ?? Infinity) - (right.line ?? Infinity) || 0;
}

/** Lines that are looked at for a known failure. */
const CARD_LINES = 400;

/** A definition that was stopped, as an error in it. */
function stopped({message, why}: AppError, file: string): DefinitionError {
  return {message: why === undefined ? message : `${message} ${why}`, file, line: null};
}
