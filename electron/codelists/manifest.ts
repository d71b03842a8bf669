import {createHash} from 'node:crypto';
import * as z from 'zod';
import {parseJson} from '../files/openFile';

/** codelists.json: what was downloaded when, by file name; fields that are not ours are kept. */
export type Manifest = z.infer<typeof Stored>;
export type ManifestEntry = Manifest['files'][string];

const Stored = z.object({
  files: z.record(z.string(), z.looseObject({id: z.string(), sha: z.string()})),
});

/** Decodes codelists.json; null where it holds no lists that can be understood. */
export function readManifest(text: string): Manifest | null {
  const value = parseJson(text);
  // as it was read, and not as it was decoded: the order of its fields is to stay
  return Stored.safeParse(value).success ? (value as Manifest) : null;
}

/** codelists.json byte for byte as the reference writes it: two spaces, ASCII alone, no line end after it. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify({files: manifest.files}, null, 2).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** SHA-1 in hex digits of a list's content with LF for every line end and none at its end. */
export function hashOf(content: Buffer): string {
  const plain = content.includes(13)
    ? Buffer.from(content.toString('latin1').replace(/\r\n?/gu, '\n'), 'latin1')
    : content;
  const end = plain.at(-1) === 10 ? plain.length - 1 : plain.length;
  return createHash('sha1').update(plain.subarray(0, end)).digest('hex');
}

/** The time as codelists.json has it: UTC with microseconds. */
export function downloadedAt(now: Date): string {
  return `${now.toISOString().replace('T', ' ').slice(0, -1)}000Z`;
}
