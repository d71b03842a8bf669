import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {StagedEntry} from '../../../electron/executor/executor';
import type {KnownSuccess, StudyNow} from '../../../electron/provenance/provenance';
import type {ProvenanceStore} from '../../../electron/provenance/createProvenance';
import {stageCode} from '../../../electron/files/stageCode';
import type {OutputFile} from '../../../shared/output';
import type {Provenance} from '../../../shared/status';
import {type ShortAction, graphOf, projectOf} from '../query/studyOfActions';

/** A study folder with files, and what is known of it, for tests of provenance. */
export class SmallStudy {
  readonly dir = mkdtempSync(join(tmpdir(), 'study-desk-provenance-'));
  now: StudyNow;
  /** What the records of runs tell; every success of the study is taken in. */
  readonly successes = new Map<string, KnownSuccess>();
  private clock = Date.now() - 3_600_000;
  private jobs = 0;

  constructor(actions: readonly ShortAction[]) {
    this.now = this.withActions(actions);
  }

  /** The study with other actions; ranks follow from the order of the list. */
  withActions(actions: readonly ShortAction[]): StudyNow {
    const project = projectOf(actions);
    const graph = graphOf(project);
    const rank = new Map(graph.names.map((name, index) => [name, index]));
    this.now = {
      project,
      graph: {...graph, rank},
      imageIds: new Map([['r:v2', 'sha256:1']]),
      successes: this.successes,
    };
    return this.now;
  }

  /** Writes a file with a time stamp of its own, an hour ago and rising. */
  write(path: string, text: string): void {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), {recursive: true});
    writeFileSync(file, text);
    this.clock += 1000;
    utimesSync(file, new Date(this.clock), new Date(this.clock + 1));
  }

  /** Pretends that an action ran and wrote the given files. */
  async succeed(
    store: ProvenanceStore,
    action: string,
    outputs: Readonly<Record<string, string>>,
    filesRead: readonly string[] | null = null,
    meanwhile: () => void = () => undefined,
  ): Promise<void> {
    const patterns = this.now.project.actions.flatMap((found) =>
      found.outputs.map((o) => o.pattern),
    );
    const staged = await stageCode(this.dir, patterns);
    if (!staged.ok) throw new Error(staged.error.message);
    const needs = this.now.project.actions.find((found) => found.name === action)?.needs ?? [];
    const inputs = needs
      .flatMap((need) => this.outputsOf.get(need) ?? [])
      .map((o) => this.entry(o.path));
    this.jobs += 1;
    const jobId = `job${this.jobs}`;
    const found = this.now.project.actions.find(({name}) => name === action);
    if (found === undefined) throw new Error(`No action ${action}`);
    const {entries: code, codeKey} = staged.value;
    const given = {action: found, jobId, actionCommit: null, code, codeKey, inputs};
    const begun = await store.noteStaged(given);
    if (!begun.ok) throw new Error(begun.error.message);
    meanwhile();
    for (const [path, text] of Object.entries(outputs)) this.write(path, text);
    const files = Object.keys(outputs).map((path) => this.output(path));
    this.outputsOf.set(action, files);
    const completedAt = new Date().toISOString();
    this.successes.set(action, {ranBy: 'study-desk', jobId, completedAt, notRecorded: null});
    const noted = await store.recordSuccess({
      action: found,
      jobId,
      completedAt,
      imageId: 'sha256:1',
      actionCommit: null,
      filesRead,
      outputs: files,
    });
    if (!noted.ok) throw new Error(noted.error.message);
  }

  /** The jobs so far. */
  jobIds(): readonly string[] {
    return Array.from({length: this.jobs}, (_, index) => `job${index + 1}`);
  }

  /** The check's answer for each action, reasons as their messages. */
  async check(store: ProvenanceStore): Promise<Record<string, string | readonly string[]>> {
    const found = await store.check(this.now);
    if (!found.ok) throw new Error(`${found.error.message} ${found.error.detail ?? ''}`);
    return Object.fromEntries(
      [...found.value].map(([name, provenance]) => [name, words(provenance)]),
    );
  }

  readonly outputsOf = new Map<string, readonly OutputFile[]>();

  private entry(path: string): StagedEntry {
    const source = join(this.dir, path);
    const {size, mtimeMs, ctimeMs, ino} = statSync(source);
    const mode = 0o644;
    return {path, kind: 'file', source, linkTarget: null, mode, size, mtimeMs, ctimeMs, ino};
  }

  private output(path: string): OutputFile {
    const bytes = readFileSync(join(this.dir, path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return {path, tier: 'moderately_sensitive', size: bytes.length, sha256};
  }
}

function words(provenance: Provenance): string | readonly string[] {
  switch (provenance.kind) {
    case 'out-of-date':
      return provenance.reasons.map((reason) => reason.message);
    case 'upstream-out-of-date':
      return `upstream: ${provenance.because.join(', ')}`;
    case 'up-to-date':
      return provenance.markedBecause === null
        ? 'up to date'
        : `marked: ${provenance.markedBecause}`;
    case 'never-run':
    case 'checking':
    case 'has-errors':
      return provenance.kind;
    case 'not-verified':
      return `not verified: ${provenance.reasons.map((reason) => reason.message).join(', ')}`;
    case 'supplied':
      return `supplied from ${provenance.from}`;
    case 'up-to-date-by-times':
      return `up to date by times, not ${provenance.notCompared.join(', ')}`;
  }
}
