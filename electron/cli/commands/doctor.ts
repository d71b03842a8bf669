import {freemem, totalmem} from 'node:os';
import type {EngineStatus} from '../../../shared/engine';
import type {AppError} from '../../../shared/errors';
import {formatMemory} from '../../../shared/format';
import type {Finding} from '../../../shared/preview';
import {runOptionsOf} from '../../../shared/run';
import type {Study} from '../../core/study';
import {RUN_ALL} from '../../planner/planRun';
import type {CommandContext} from '../command';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';
import {requestOf} from './plan';

interface DoctorLine {
  readonly level: Finding['level'];
  readonly check: string;
  readonly message: string;
  readonly hint: string | null;
}

const MARKS: Readonly<Record<Finding['level'], string>> = {ok: 'ok', warning: '!', block: '✗'};

/** `doctor`: whether this computer and this study are ready to run, and what to do where they are not. */
export async function doctorCommand(context: CommandContext): Promise<ExitCode> {
  const core = await context.core();
  const executor = context.executor();
  const opened = await core.openStudy(context.projectDir, {watch: false});
  const status = await (opened.ok
    ? opened.value.engines.check(executor)
    : core.checkEngine(executor));
  const findings = [
    thisComputer(),
    engineFinding(status),
    ...(opened.ok ? await studyFindings(opened.value) : [notOpened(opened.error)]),
  ];
  for (const finding of findings) context.console.json(finding);
  const rows = findings.flatMap((finding) => [
    [MARKS[finding.level], finding.check, plainText(finding.message)],
    ...(finding.hint === null ? [] : [['', '', plainText(finding.hint)]]),
  ]);
  for (const line of columns(rows)) context.console.print(line);
  if (status.state !== 'ready') return EXIT.noEngine;
  const blocks = findings.filter((finding) => finding.level === 'block');
  if (blocks.length === 0) return EXIT.done;
  return blocks.some((finding) => finding.check === 'project') ? EXIT.invalid : EXIT.failed;
}

function thisComputer(): DoctorLine {
  const {platform, arch, versions} = process;
  const message = `${platform} ${arch}, ${formatMemory(totalmem())} memory, ${formatMemory(freemem())} free, Node ${versions.node}`;
  return {level: 'ok', check: 'computer', message, hint: null};
}

function engineFinding(status: EngineStatus): DoctorLine {
  if (status.state === 'ready') {
    const memory = formatMemory(status.memoryBytes);
    const message = `${status.name}, ${status.platform}, ${status.cpus} CPUs, ${memory}`;
    return {level: 'ok', check: 'engine', message, hint: null};
  }
  const down = status.state === 'down';
  return {
    level: 'block',
    check: 'engine',
    message: down ? status.message : 'The engine has not answered yet.',
    hint: down ? status.hint : null,
  };
}

function notOpened({message, hint}: AppError): DoctorLine {
  return {level: 'warning', check: 'project', message, hint: hint ?? null};
}

/** The checks made before a run of everything; the engine is told of already. */
async function studyFindings(study: Study): Promise<readonly DoctorLine[]> {
  try {
    const repaired = await repairFindings(study);
    const request = requestOf([RUN_ALL], {forceRunDependencies: false, stale: false});
    const found = await study.plan.prepare(request, runOptionsOf(study.settings.current().values));
    if (found.ok)
      return [...repaired, ...found.value.findings.filter(({check}) => check !== 'engine')];
    const {kind, message, hint} = found.error;
    const check = kind === 'invalid-project' ? 'project' : 'study';
    return [...repaired, {level: 'block', check, message, hint: hint ?? null}];
  } finally {
    await study.close();
  }
}

/** Puts aside what of the study's records is damaged; what can't be is told by the checks. */
async function repairFindings(study: Study): Promise<readonly DoctorLine[]> {
  const repaired = await study.records.repair();
  if (!repaired.ok) {
    const {message, why, hint} = repaired.error;
    const told = [message, why].filter((part) => part !== undefined).join(' ');
    return [{level: 'warning', check: 'records', message: told, hint: hint ?? null}];
  }
  return repaired.value.map((message) => ({
    level: 'warning',
    check: 'records',
    message,
    hint: 'Delete it once it is of no use to you.',
  }));
}
