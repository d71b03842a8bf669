import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {readText} from '../files/openFile';

/** The text of one of the scripts in Python: they lie beside the packaged application, or in the checkout. */
export function readScript(name: string): Promise<string> {
  const packaged = Reflect.get(process, 'resourcesPath');
  const places = [
    ...(typeof packaged === 'string' ? [join(packaged, 'export')] : []),
    join(__dirname, '../../electron/export/folder'),
    join(__dirname, 'folder'),
  ];
  const found = places.find((place) => existsSync(join(place, name)));
  if (found === undefined) throw new Error(`No ${name} in ${places.join(', ')}`);
  return readText(join(found, name));
}
