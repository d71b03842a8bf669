import type {ReadyFinding} from '../../shared/ready';
import {finding, type ReadyFacts} from './facts';

const LIST = 'codelists/codelists.txt';
const MANIFEST = 'codelists/codelists.json';

/** Codelists that are not as they were downloaded, or were not downloaded as the list has them. */
export function codelistFindings({codelists}: ReadyFacts): readonly ReadyFinding[] {
  const {list, manifest, files} = codelists;
  if (list === null && manifest === null) return [];
  if (list === null)
    return [
      finding('R-CODELIST-LIST', {
        path: LIST,
        message: `${LIST} is missing, though ${MANIFEST} is there.`,
        fix: `Put ${LIST} back, with a line for each codelist.`,
      }),
    ];
  const wanted = wantedOf(list);
  const known = manifest === null ? null : readManifest(manifest);
  if (known === null && (wanted.length > 0 || manifest !== null))
    return [
      finding('R-CODELIST-MISSING', {
        path: MANIFEST,
        message:
          manifest === null
            ? `${LIST} names codelists, and ${MANIFEST} is missing: they have not been downloaded.`
            : `${MANIFEST} can’t be read.`,
      }),
      ...wanted
        .filter(({file}) => !files.has(file))
        .map(({file, id, line}) => missing(file, id, line)),
    ];
  const downloaded = known ?? new Map<string, Downloaded>();
  const listed = new Set(wanted.map(({id}) => id));
  const here = [...downloaded].flatMap(([file, {id, digest}]): readonly ReadyFinding[] => {
    const path = `codelists/${file}`;
    if (id !== '' && !listed.has(id))
      return [
        finding('R-CODELIST-LIST', {
          path,
          message: `${path} was downloaded as ${id}, which ${LIST} does not name.`,
        }),
      ];
    const digests = files.get(file);
    if (digests === undefined || digest === null || digests.includes(digest)) return [];
    return [
      finding('R-CODELIST-EDITED', {path, message: `${path} was edited after it was downloaded.`}),
    ];
  });
  const isHere = ({file, id}: Wanted): boolean =>
    files.has(file) && [id, ''].includes(downloaded.get(file)?.id ?? 'never');
  return [
    ...wanted.filter((each) => !isHere(each)).map(({file, id, line}) => missing(file, id, line)),
    ...here,
    ...[...files.keys()]
      .filter((file) => !downloaded.has(file))
      .map((file) =>
        finding('R-CODELIST-LIST', {
          path: `codelists/${file}`,
          message: `codelists/${file} was not downloaded from ${LIST}.`,
          fix: `Name it in ${LIST} and download it, or move it out of codelists/.`,
        }),
      )
      .filter(({path}) => !wanted.some(({file}) => path === `codelists/${file}`)),
  ];
}

function missing(file: string, id: string, line: number): ReadyFinding {
  return finding('R-CODELIST-MISSING', {
    path: LIST,
    line,
    message: `codelists/${file} has not been downloaded as ${LIST} names it: ${id}.`,
  });
}

interface Wanted {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** `project/codelist/version`, or with `user/` in front, a line each. */
function wantedOf(list: string): readonly Wanted[] {
  return list.split(/\r?\n/).flatMap((text, index): readonly Wanted[] => {
    const id = text.trim().replace(/\/+$/, '');
    if (id === '' || id.startsWith('#')) return [];
    return [{id, file: `${id.split('/').slice(0, -1).join('-')}.csv`, line: index + 1}];
  });
}

interface Downloaded {
  readonly id: string;
  readonly digest: string | null;
}

function readManifest(text: string): ReadonlyMap<string, Downloaded> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const files = field(value, 'files');
  if (typeof files !== 'object' || files === null) return null;
  return new Map(
    Object.entries(files).map(([file, about]): [string, Downloaded] => {
      const id = field(about, 'id');
      const digest = field(about, 'sha');
      return [
        file,
        {id: typeof id === 'string' ? id : '', digest: typeof digest === 'string' ? digest : null},
      ];
    }),
  );
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
