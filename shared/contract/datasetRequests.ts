import * as z from 'zod';
import type {
  Assurance,
  Dataset,
  EhrqlAction,
  MadeTables,
  NewTest,
  TableText,
  Trial,
} from '../dataset';
import {ofStudy} from './request';
import {name, studyPath, text} from './schemas';

/**
 * Definitions in ehrQL; `of` names an action, or the file of a definition. Each runs the image of the action, without
 * network, on a copy of the code, and changes nothing of the study.
 */
export const datasetRequests = {
  /** The actions that run ehrQL, as far as project.yaml says: known at once. */
  list: ofStudy({}).gives<readonly EhrqlAction[]>(),
  /** What a definition is; of a file, once for each action that runs it. */
  look: ofStudy({of: name}).answers<readonly Dataset[]>(),
  /** What each `show()` shows; `dummyTables` null takes those of the run line, else ehrQL makes some. Cancels an older one of the same file. */
  try: ofStudy({of: name, dummyTables: studyPath.nullable()}).answers<Trial>('text'),
  /** One word for the files that a definition is made from, another one after each change of them; null without the definition. */
  version: ofStudy({file: studyPath}).answers<string | null>(),
  /** Ends what is under way of a kind, where there is any. */
  stop: ofStudy({what: z.enum(['look', 'try', 'assure', 'make']), of: name}).does(),
  /** Runs the assurance tests of a definition, or those of a test file. */
  assure: ofStudy({of: name}).answers<readonly Assurance[]>('text'),
  /** The files with tests of a definition, whether or not a run line names them. */
  testFiles: ofStudy({of: name}).answers<readonly string[]>(),
  /** A first test file, which ehrQL finds right: nothing is written. */
  newTest: ofStudy({of: name}).answers<NewTest>(),
  /** Has ehrQL make dummy tables for a folder of the study, and compares them with what is there: nothing is written. */
  makeTables: ofStudy({of: name, folder: studyPath}).answers<MadeTables>(),
  /** Writes those that were made last; refused where a file has changed since. */
  placeTables: ofStudy({id: name}).answers<null>(),
  /** The dummy tables in a folder of the study, by path; none where it is not there. */
  tables: ofStudy({folder: studyPath}).answers<readonly string[]>(),
  /** A dummy table to be edited (`shared/dummyTable.ts`); an output is refused. */
  readTable: ofStudy({path: studyPath}).answers<TableText>('text'),
  /** Writes an edited one; refused where the file is another than `version`. */
  saveTable: ofStudy({path: studyPath, version: name, text}).answers<TableText>('text'),
};
