import {failWith} from '../../../shared/errors';
import type {datasetRequests} from '../../../shared/contract/datasetRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {
  plainPath,
  tablesFolder,
  type Assurance,
  type Dataset,
  type DatasetWork,
  type MadeTables,
  type NewTest,
  type TableText,
  type Trial,
} from '../../../shared/dataset';
import {err, ok} from '../../../shared/result';
import {
  isUnknownCommand,
  otherVersion,
  placed,
  readDefinitionError,
} from '../../ehrql/definitionError';
import {firstTest, firstTestPath} from '../../ehrql/firstTest';
import {newTestProgram, tablesProgram, tryProgram} from '../../ehrql/programs';
import {fileInStudy} from '../../files/fileInStudy';
import type {ImagesFacet} from '../engines/imagesFacet';
import {listStudyFiles} from '../project/listStudyFiles';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {definitionVersion, type KnownDefinitions} from './definitionChecks';
import {definitionsOf, ehrqlActions, testFilesOf} from './definitions';
import {tablesIn} from './dummyHeaders';
import {DummyTables} from './dummyTables';
import {EhrqlWork} from './ehrqlWork';
import {lookAtDefinition} from './lookAtDefinition';
import {assureFile, trialOf} from './trials';

/** Definitions in ehrQL, run in the images of their actions beside any run. */
export interface DatasetsFacet extends FacetOf<typeof datasetRequests> {
  /** Stops what is under way; nothing of it is left running. */
  close(): Promise<void>;
}

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
  readonly work: EhrqlWork;
  private readonly dummyTables: DummyTables;

  constructor(
    readonly state: StudyState,
    images: ImagesFacet,
    readonly known: Pick<KnownDefinitions, 'note'>,
  ) {
    this.work = new EhrqlWork(state, images);
    this.dummyTables = new DummyTables(state);
  }

  list() {
    return ehrqlActions(this.state);
  }

  async look({of}: {readonly of: string}): Answer<readonly Dataset[]> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const stop = this.work.begin('look', of);
    const datasets: Dataset[] = [];
    for (let from = 0; from < found.value.length; from += AT_A_TIME) {
      const some = found.value
        .slice(from, from + AT_A_TIME)
        .map((each) => lookAtDefinition(this, each, stop));
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
    const tables = tablesFolder({dummyTables: dummyTables ?? run?.dummyTables ?? null});
    if (tables !== null && !(await fileInStudy(this.state.dir, tables)).ok)
      return failWith('not-found', `There is no folder ${tables} with dummy tables in the study.`);
    const stop = this.work.begin('try', file);
    const ended = await this.work.carryOut(definition, (input) => tryProgram(input, tables), stop);
    if (!ended.ok) return ended;
    const notices = [
      ...ended.value.notices,
      ...(others.length === 0 || run === null
        ? []
        : [`Other actions run ${file} too: it was tried with the parameters of ${run.action}.`]),
    ];
    return ok(await trialOf(this.state, definition, tables, ended.value.end, notices));
  }

  async version({file}: {readonly file: string}): Answer<string | null> {
    const folders = ehrqlActions(this.state).flatMap((run) =>
      run.file !== null && plainPath(run.file) === file ? [tablesFolder(run)] : [],
    );
    const tables: string[] = [];
    for (const folder of new Set(folders))
      if (folder !== null) tables.push(...(await tablesIn(this.state.dir, folder)));
    return ok(await definitionVersion(this.state.dir, file, tables));
  }

  stop({what, of}: {readonly what: DatasetWork; readonly of: string}): void {
    const run = ehrqlActions(this.state).find(({action}) => action === of);
    const key = what === 'try' ? plainPath(run?.file ?? of) : of;
    this.work.stop(what, key);
  }

  async assure({of}: {readonly of: string}): Answer<readonly Assurance[]> {
    const found = await definitionsOf(this.state, of);
    if (!found.ok) return found;
    const stop = this.work.begin('assure', of);
    const assured: Assurance[] = [];
    const seen = new Set<string>();
    for (const definition of found.value) {
      const files = await testFilesOf(this.state, definition);
      for (const file of files) {
        const once = JSON.stringify([file, definition.args]);
        if (seen.has(once)) continue;
        seen.add(once);
        const done = await assureFile(this.state, this.work, {...definition, file}, stop);
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
    const stop = this.work.begin('assure', of);
    const looked = await lookAtDefinition(this, definition, stop);
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
      const done = await this.work.carryOut(
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
    const refused = this.dummyTables.refusalOf(target);
    if (refused !== null) return err(refused);
    if (definition === undefined) return failWith('not-found', `There is no definition ${of}.`);
    const done = await this.work.carryOut(definition, tablesProgram, this.work.begin('make', of));
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
    return this.dummyTables.keep(target, new Map(texts));
  }

  placeTables({id}: {readonly id: string}): Answer<null> {
    return this.dummyTables.place(id);
  }

  async tables({folder}: {readonly folder: string}): Answer<readonly string[]> {
    return ok(await tablesIn(this.state.dir, folder));
  }

  readTable({path}: {readonly path: string}): Answer<TableText> {
    return this.dummyTables.read(path);
  }

  saveTable(change: {
    readonly path: string;
    readonly version: string;
    readonly text: string;
  }): Answer<TableText> {
    return this.dummyTables.save(change.path, change.version, change.text);
  }

  close(): Promise<void> {
    return this.work.close();
  }
}
