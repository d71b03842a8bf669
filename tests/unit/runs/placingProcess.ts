// A process of its own that places collected files until it is killed: `placingProcess STUDY PREFIX COUNT`.
import {placeFiles} from '../../../electron/runs/placeOutputs';

const [studyDir = '', prefix = '', count = '0'] = process.argv.slice(2);
const paths = Array.from({length: Number(count)}, (_, index) => `output/${index}.csv`);
process.stdout.write('begin\n');
void placeFiles(studyDir, prefix, paths).then(({ok}) => {
  process.stdout.write(`placed ${ok}\n`);
});
