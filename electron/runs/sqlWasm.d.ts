declare module 'sql.js/dist/sql-wasm-inline.js' {
  import type {SqlJsStatic} from 'sql.js';
  /** The build of sql.js with its WebAssembly inside, so that there is no file beside it; a sixth of the plain one once bundled. */
  const initSqlJs: () => Promise<SqlJsStatic>;
  export default initSqlJs;
}
