import {join} from 'node:path';
import * as z from 'zod';
import type {Action} from '../../shared/project';
import {TIERS} from '../../shared/sensitivity';
import {writeFileAtomically} from '../files/writeAtomically';
import type {JobDefinition} from './runPorts';
import {parseJson, readJsonIfReadable, readRegularFile} from '../files/openFile';

const Span = z.object({
  line: z.number(),
  column: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
});

const ActionSchema: z.ZodType<Action> = z.object({
  name: z.string(),
  run: z.object({
    raw: z.string(),
    argv: z.array(z.string()),
    imageName: z.string(),
    imageTag: z.string(),
    span: Span,
  }),
  needs: z.array(z.string()),
  outputs: z.array(
    z.object({tier: z.enum(TIERS), label: z.string(), pattern: z.string(), span: Span}),
  ),
  tiers: z.array(z.enum(TIERS)),
  configJson: z.string().nullable(),
  containerArgs: z.array(z.string()),
  commandWithConfig: z.string().nullable(),
  dummyDataFile: z.string().nullable(),
  usesDatabase: z.boolean(),
  span: Span,
});

const Definition = z.object({
  action: ActionSchema,
  image: z.string(),
  imageName: z.string(),
  args: z.array(z.string()),
  limits: z.object({memoryBytes: z.number(), cpus: z.number()}),
  timeoutSeconds: z.number().nullable(),
  actionCommit: z.string().nullable(),
});

const FILE = 'definitions.json';

/**
 * Keeps how a run's jobs are carried out while it goes on: after a crash they are brought to their
 * end as they were begun, whatever project.yaml says by then. The environment may hold a licence and is left out.
 */
export async function writeDefinitions(
  runDir: string,
  definitions: ReadonlyMap<string, JobDefinition>,
): Promise<void> {
  const kept = [...definitions.values()].map(
    ({action, image, imageName, args, limits, timeoutSeconds, actionCommit}) => ({
      action,
      image,
      imageName,
      args,
      limits,
      timeoutSeconds,
      actionCommit,
    }),
  );
  await writeFileAtomically(join(runDir, FILE), JSON.stringify(kept));
}

/** Whether a file holds the definitions of a run as they are kept. Throws where it can't be read. */
export async function areWholeDefinitions(file: string): Promise<boolean> {
  const content = parseJson((await readRegularFile(file)).toString('utf8'));
  return z.array(Definition).safeParse(content).success;
}

/**
 * The kept definitions of a run by action, none where they are lost; without environment, as nothing is started from them.
 * Fails where they can't be read just now.
 */
export async function readDefinitions(runDir: string): Promise<ReadonlyMap<string, JobDefinition>> {
  const decoded = z.array(Definition).safeParse(await readJsonIfReadable(join(runDir, FILE)));
  const definitions = decoded.success ? decoded.data : [];
  return new Map(
    definitions.map((definition) => [definition.action.name, {...definition, env: {}}]),
  );
}
