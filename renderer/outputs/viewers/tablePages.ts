import type {AppError} from '../../../shared/errors';
import type {Result} from '../../../shared/result';
import type {TablePage, TableRow} from '../../../shared/table';

/** Rows of a page. */
const PAGE = 200;

/** Pages that are kept; those not looked at for longest go. */
const KEPT = 60;

/** The rows of a query as they come, page by page. */
export interface TablePages {
  readonly rowAt: (index: number) => TableRow | undefined;
  /** Asks for rows that are not here yet. */
  readonly want: (first: number, last: number) => void;
  /** Rows of a stretch, asked for where they are not here. */
  readonly read: (first: number, last: number) => Promise<Result<readonly TableRow[], AppError>>;
}

/** Pages asked of the host with `ask`; `onCome` hears of each answer. */
export function createTablePages(
  ask: (from: number, count: number) => Promise<Result<TablePage, AppError>>,
  onCome: (answer: Result<TablePage, AppError>) => void,
): TablePages {
  const pages = new Map<number, readonly TableRow[]>();
  const asked = new Set<number>();

  const bring = async (page: number): Promise<void> => {
    if (pages.has(page) || asked.has(page)) return;
    asked.add(page);
    const answer = await ask(page * PAGE, PAGE);
    asked.delete(page);
    if (answer.ok) {
      pages.set(page, answer.value.rows);
      const [oldest] = pages.keys();
      if (pages.size > KEPT && oldest !== undefined) pages.delete(oldest);
    }
    onCome(answer);
  };

  return {
    rowAt: (index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    want(first, last) {
      for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) {
        const rows = pages.get(page);
        if (rows === undefined) void bring(page);
        else {
          pages.delete(page);
          pages.set(page, rows);
        }
      }
    },
    async read(first, last) {
      const rows: TableRow[] = [];
      for (let from = first; from <= last; from += PAGE) {
        const answer = await ask(from, Math.min(PAGE, last - from + 1));
        if (!answer.ok) return answer;
        rows.push(...answer.value.rows);
      }
      return {ok: true, value: rows};
    },
  };
}
