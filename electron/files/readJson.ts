import {readRegularFile} from './readRegularFile';

/** The value of a JSON file; null where it is missing, not JSON or no file at all. */
export async function readJson(path: string): Promise<unknown> {
  const content = await readRegularFile(path).catch(() => null);
  return content === null ? null : parseJson(content.toString('utf8'));
}

/** The value of a JSON text; null where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // every caller decodes the value
  } catch {
    return null;
  }
}
