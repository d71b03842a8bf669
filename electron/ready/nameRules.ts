import type {ReadyFinding} from '../../shared/ready';
import {finding, type ReadyFacts} from './facts';

/** Names that Windows keeps for devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const REFUSED = /[<>:"|?*\\\u0000-\u001f\ufffd]|[. ]$/;
/** Longer paths Windows refuses in most folders. */
const LONGEST = 200;

/** Names of committed files and of outputs that can't be, or can't be both, on other systems. */
export function nameFindings({repository, project}: ReadyFacts): readonly ReadyFinding[] {
  const committed = (repository?.files ?? []).map(({path}) => path);
  const outputs = (project?.actions ?? []).flatMap(({name, outputs: listed}) =>
    listed.map(({pattern}) => ({path: pattern, action: name})),
  );
  return [
    ...clashes([...committed.map((path) => ({path, action: null})), ...outputs]),
    ...committed.flatMap((path) => {
      const name = path.split('/').find((part) => DEVICE.test(part) || REFUSED.test(part));
      if (name !== undefined)
        return [
          finding('R-NAME-SYSTEM', {
            path,
            message: `Windows can’t have the name ${name} of ${path}.`,
          }),
        ];
      return path.length > LONGEST
        ? [finding('R-NAME-SYSTEM', {path, message: `The path ${path} is too long for Windows.`})]
        : [];
    }),
  ];
}

/** Paths of which files or folders differ in capitals or in how letters with accents are written, and in nothing else. */
function clashes(
  all: readonly {readonly path: string; readonly action: string | null}[],
): readonly ReadyFinding[] {
  /** For each path as other systems see it, how it is written first and where. */
  const seen = new Map<string, {readonly written: string; readonly path: string}>();
  const reported = new Set<string>();
  const findings: ReadyFinding[] = [];
  for (const {path, action} of all) {
    const parts = path.split('/');
    for (let count = 1; count <= parts.length; count += 1) {
      const written = parts.slice(0, count).join('/');
      const key = written.normalize('NFC').toLowerCase();
      const first = seen.get(key);
      if (first === undefined) seen.set(key, {written, path});
      else if (first.written !== written && !reported.has(key)) {
        reported.add(key);
        findings.push(
          finding('R-NAME-CLASH', {
            path,
            action,
            message: `${first.path} and ${path} differ only in capitals or accents.`,
          }),
        );
        break;
      }
    }
  }
  return findings;
}
