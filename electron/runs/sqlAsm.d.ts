declare module 'sql.js/dist/sql-asm.js' {
  import type {SqlJsStatic} from 'sql.js';
  /** The build of sql.js that needs no WebAssembly file beside it. */
  const initSqlJs: () => Promise<SqlJsStatic>;
  export default initSqlJs;
}
