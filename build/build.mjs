import {bundle} from './bundle.mjs';

const parts = process.argv.slice(2);
await bundle(parts.length > 0 ? parts : undefined);
