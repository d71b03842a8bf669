import {sqlEquals, uniqueNames} from '../../../shared/tableSql';
import type {TableQuery, TableSchema} from '../../../shared/table';
import type {GridColumn} from '../../lists/GridTable';
import type {ContextMenuContent} from '../../ui/ContextMenu';
import type {MenuItem} from '../../ui/Menu';
import type {ColumnView} from './useColumnView';

/** Pixels that a column becomes wider or narrower by the keyboard. */
const STEP = 40;

/** What a menu of a table acts on. */
export interface TableMenuParts {
  readonly schema: TableSchema;
  /** Those shown, as they stand. */
  readonly looks: readonly GridColumn[];
  readonly view: ColumnView;
  readonly query: TableQuery;
  readonly setQuery: (query: TableQuery) => void;
  readonly showFigures: () => void;
}

/** A condition and one more. */
export function narrowed(where: string | null, condition: string): string {
  return where === null ? condition : `(${where}) AND ${condition}`;
}

/** The menu of a column, by its place among those shown, and of a cell in it where the row is known. */
export function tableMenu(
  {schema, looks, view, query, setQuery, showFigures}: TableMenuParts,
  place: number,
  cell: {readonly value: string | null; readonly open: () => void} | null,
): ContextMenuContent {
  const look = looks[place];
  if (look === undefined) return {label: 'Column', items: []};
  const {id, width} = look;
  const sort = (descending: boolean) => () => setQuery({...query, sort: {column: id, descending}});
  const name = uniqueNames(schema.columns.map((column) => column.name))[id] ?? '';
  const only = (isNot: boolean) => () => {
    const equals = sqlEquals(name, cell?.value ?? null, schema.columns[id]?.type ?? null);
    const condition = isNot ? `(${equals}) IS NOT TRUE` : equals;
    setQuery({...query, where: narrowed(query.where, condition)});
  };
  const ofCell: readonly MenuItem[] =
    cell === null
      ? []
      : [
          {id: 'open', label: 'Show full cell', keys: 'Enter', onChoose: cell.open},
          {id: 'only', label: 'Only rows with this value', onChoose: only(false)},
          {id: 'not', label: 'Only rows without this value', onChoose: only(true)},
        ];
  const isFrozen = place < view.frozen;
  return {
    label: `Column ${look.name}`,
    items: [
      ...ofCell,
      {
        id: 'up',
        label: 'Sort ascending',
        separated: cell !== null,
        onChoose: sort(false),
      },
      {id: 'down', label: 'Sort descending', onChoose: sort(true)},
      {
        id: 'unsorted',
        label: 'Restore file order',
        disabled: query.sort === null,
        onChoose: () => setQuery({...query, sort: null}),
      },
      {id: 'figures', label: 'Column summary', separated: true, onChoose: showFigures},
      {
        id: 'freeze',
        label: isFrozen
          ? 'Unfreeze columns'
          : place === 0
            ? 'Freeze this column'
            : 'Freeze up to here',
        separated: true,
        onChoose: () => view.freeze(isFrozen ? 0 : place + 1),
      },
      {
        id: 'hide',
        label: 'Hide this column',
        disabled: looks.length === 1,
        onChoose: () => view.hide(id),
      },
      {id: 'wider', label: 'Make wider', onChoose: () => view.resize(id, width + STEP)},
      {
        id: 'narrower',
        label: 'Make narrower',
        onChoose: () => view.resize(id, Math.max(STEP, width - STEP)),
      },
      {
        id: 'fit',
        label: 'Fit to content',
        disabled: !view.widths.has(id),
        onChoose: () => view.resize(id, null),
      },
    ],
  };
}
