import type {CellMark} from '../../shared/table';
import type {DeskStore} from './deskStore';

/** Who found something in the cells of tables; each has its marks. */
export type MarkSource = 'checks' | 'comparison';

/** Marked cells by who marked them and by the output's study-relative path. */
export type CellMarks = Readonly<
  Partial<Record<MarkSource, Readonly<Record<string, readonly CellMark[]>>>>
>;

/** A cell to bring into view: `row` in the file from 1, `column` its place from 0. */
export interface CellPlace {
  readonly path: string;
  readonly row: number;
  readonly column: number;
}

/** Highlights cells, in place of those that this source highlighted before. */
export function markCells(
  store: DeskStore,
  source: MarkSource,
  marks: Readonly<Record<string, readonly CellMark[]>>,
): void {
  store.setState(({cellMarks}) => ({cellMarks: {...cellMarks, [source]: marks}}));
}

/** Opens an output at a cell. */
export function showCell(store: DeskStore, cell: CellPlace): void {
  store.setState({centre: {kind: 'output', path: cell.path}, cellToShow: cell});
}
