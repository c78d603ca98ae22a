/** What a reader made of a table: its columns, order, filter and group; as it is shown, restored and saved. */
import type { RunQuery } from '../../api';
import type { Better, Column, ColumnSource } from './columns';
import { boundWidth, columnId, fieldOf, keysOf, MAX_COLUMNS } from './columns';

/** What to order or to group by. */
export interface ViewField {
  source: ColumnSource;
  key: string;
}

/** What a table is ordered by. */
export interface ViewOrder extends ViewField {
  isDescending: boolean;
}

/** Which runs: those at hand, those in the archive, or both. */
export type Shelf = 'active' | 'archived' | 'all';

/** Everything of a table that a reader can change. */
export interface TableView {
  /** Null until the reader, or the keys that there are, decided. */
  columns: readonly Column[] | null;
  nameWidth: number;
  /** Null is newest first. */
  order: ViewOrder | null;
  filter: string;
  text: string;
  group: ViewField | null;
  shelf: Shelf;
  isStarredOnly: boolean;
  withReplays: boolean;
}

export const FIRST_VIEW: TableView = {
  columns: null,
  nameWidth: 260,
  order: null,
  filter: '',
  text: '',
  group: null,
  shelf: 'active',
  isStarredOnly: false,
  withReplays: false
};

/** Characters of a parameter or tag in a cell: the server cuts what is longer, and says so. */
export const MAX_VALUE_LENGTH = 200;
const SOURCES: readonly string[] = [
  'attributes',
  'metrics',
  'params',
  'tags',
  'course'
];
const BETTER: readonly unknown[] = ['higher', 'lower', 'none'];
const SHELVES: readonly unknown[] = ['active', 'archived', 'all'];
const MAX_TEXT = 10_000;

/** What of a view a page of runs must be asked with, beside its words and its filter. */
export function questionOf(view: TableView): Partial<RunQuery> {
  return {
    keys: keysOf(view.columns ?? []),
    order_by: orderOf(view.order),
    max_value_length: MAX_VALUE_LENGTH,
    shelf: view.shelf,
    is_starred_only: view.isStarredOnly,
    with_replays: view.withReplays
  };
}

/** An order in the words of the grammar. */
export function orderOf(order: ViewOrder | null): string[] {
  return order === null
    ? []
    : [`${fieldOf(order)} ${order.isDescending ? 'DESC' : 'ASC'}`];
}

/** The order after a click on a column's head: the usual direction first, then the other, then newest first again. */
export function nextOrder(
  order: ViewOrder | null,
  field: ViewField
): ViewOrder | null {
  const isTime = field.source === 'attributes' && field.key.endsWith('_time');
  if (order === null || columnId(order) !== columnId(field)) {
    return { source: field.source, key: field.key, isDescending: isTime };
  }
  return order.isDescending === isTime
    ? { ...order, isDescending: !isTime }
    : null;
}

/** A view as plain JSON. */
export function writeView(view: TableView): string {
  return JSON.stringify(view);
}

/** A view of what was kept somewhere, by whatever version or hand: what cannot be understood is as in the first view. */
export function readView(kept: unknown): TableView {
  const found = asRecord(kept);
  return {
    columns: Array.isArray(found.columns) ? readColumns(found.columns) : null,
    nameWidth:
      typeof found.nameWidth === 'number'
        ? boundWidth(found.nameWidth)
        : FIRST_VIEW.nameWidth,
    order: readOrder(found.order),
    filter: readText(found.filter),
    text: readText(found.text),
    group: readField(found.group),
    shelf: SHELVES.includes(found.shelf)
      ? (found.shelf as Shelf)
      : FIRST_VIEW.shelf,
    isStarredOnly: found.isStarredOnly === true,
    withReplays: found.withReplays === true
  };
}

/** As `readView`, of JSON text. */
export function parseView(text: string): TableView {
  try {
    return readView(JSON.parse(text));
  } catch {
    return FIRST_VIEW;
  }
}

function readColumns(kept: readonly unknown[]): Column[] {
  const columns = new Map<string, Column>();
  for (const each of kept) {
    const field = readField(each);
    if (field !== null && columns.size < MAX_COLUMNS) {
      const { width, better } = asRecord(each);
      const column: Column = {
        ...field,
        width: boundWidth(typeof width === 'number' ? width : 0)
      };
      if (BETTER.includes(better)) {
        column.better = better as Better;
      }
      columns.set(columnId(column), column);
    }
  }
  return [...columns.values()];
}

function readOrder(kept: unknown): ViewOrder | null {
  const field = readField(kept);
  return field === null
    ? null
    : { ...field, isDescending: asRecord(kept).isDescending === true };
}

function readField(kept: unknown): ViewField | null {
  const { source, key } = asRecord(kept);
  return typeof source === 'string' &&
    SOURCES.includes(source) &&
    typeof key === 'string' &&
    key !== ''
    ? { source: source as ColumnSource, key }
    : null;
}

function readText(kept: unknown): string {
  return typeof kept === 'string' ? kept.slice(0, MAX_TEXT) : '';
}

function asRecord(kept: unknown): Record<string, unknown> {
  return typeof kept === 'object' && kept !== null
    ? (kept as Record<string, unknown>)
    : {};
}
