import {bundle} from './bundle.mjs';

// else a build that tests start has React's development form, a third larger and slower
process.env.NODE_ENV = 'production';

const parts = process.argv.slice(2);
await bundle(parts.length > 0 ? parts : undefined);
