import git from 'isomorphic-git';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {usesDatabase} from '../study/buildAction';
import {RUNTIME_NAMES} from '../study/knownImages';
import {tokenise} from '../study/tokenise';
import {readYaml} from '../study/yaml/readYaml';
import {invalidAction} from './actionErrors';
import {gitFiles} from './repositoryFiles';

/** The command that a reusable action stands for: the tokens of `run` in its `action.yaml` at a commit. */
export async function actionCommand(
  gitdir: string,
  commit: string,
  name: string,
): Promise<Result<readonly string[], AppError>> {
  const refuse = (why: string): Result<never, AppError> => err(invalidAction(name, why));
  const found = await git
    .readBlob({fs: gitFiles, gitdir, oid: commit, filepath: 'action.yaml'})
    .catch(() => null);
  if (found === null) return refuse('It has no file action.yaml.');
  const {fault, root} = readYaml(Buffer.from(found.blob).toString());
  if (fault !== null) return refuse('Its action.yaml cannot be read as YAML.');
  const entries = root?.kind === 'map' ? [...root.entries.values()] : [];
  const run = entries.find(({key}) => key.kind === 'text' && key.text === 'run')?.value;
  if (run?.kind !== 'text') return refuse('Its action.yaml has no run line.');
  const tokens = tokenise(run.text);
  if (!tokens.ok || tokens.value.length === 0) return refuse('Its run line cannot be split.');
  const imageName = (tokens.value[0] ?? '').replace(/:.*$/, '');
  if (!RUNTIME_NAMES.has(imageName)) return refuse(`Its image "${imageName}" is not a known one.`);
  if (usesDatabase(imageName, tokens.value)) return refuse('It would query the database.');
  return ok(tokens.value);
}
