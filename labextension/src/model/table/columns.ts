/** The columns of a table of runs: what each shows, how it is asked for, and how they are chosen and arranged. */
import type { RunKeys } from '../../api';
import { OWN_TAGS } from '../words';

/** Where a column's values come from; a course is a metric over its steps, drawn. */
export type ColumnSource =
  'attributes' | 'metrics' | 'params' | 'tags' | 'course';

/** Which values of a metric are better. */
export type Better = 'higher' | 'lower' | 'none';

/** One column. */
export interface Column {
  source: ColumnSource;
  key: string;
  /** Pixels. */
  width: number;
  /** What the reader said of a metric; absent where its name decides. */
  better?: Better;
}

/** The attributes that can be shown, beside the name, which always is. */
export const ATTRIBUTES = [
  'start_time',
  'duration',
  'status',
  'estimator',
  'notebook',
  'cell',
  'kind',
  'end_time',
  'run_id'
] as const;

/** More columns than these are not read by anybody, and each costs a request its share. */
export const MAX_COLUMNS = 100;
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;
const DEFAULT_WIDTHS: Record<ColumnSource, number> = {
  attributes: 110,
  metrics: 104,
  params: 112,
  tags: 112,
  course: 96
};
const FIRST_METRICS = 4;
const FIRST_PARAMS = 4;
const FIRST_TAGS = 2;

/** A column's name in a view, in the DOM and in tests. */
export function columnId(column: {
  source: ColumnSource;
  key: string;
}): string {
  return `${column.source}.${column.key}`;
}

/** A new column of its usual width. */
export function newColumn(source: ColumnSource, key: string): Column {
  return { source, key, width: DEFAULT_WIDTHS[source] };
}

/** A column as the filter's grammar names it, for orderings, groups and filters. */
export function fieldOf(column: { source: ColumnSource; key: string }): string {
  const { source, key } = column;
  if (source === 'attributes') {
    return `attributes.${key}`;
  }
  const entity = source === 'course' ? 'metrics' : source;
  return `${entity}.${quoteKey(key)}`;
}

/** A key as the grammar takes it: bare where it can be. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_][\w/@:-]*(\.[A-Za-z_][\w/@:-]*)*$/.test(key)
    ? key
    : `\`${key.replaceAll('`', '``')}\``;
}

/** The keys that a page of runs must bring for these columns. */
export function keysOf(columns: readonly Column[]): string[] {
  return columns
    .filter(({ source }) => source !== 'attributes' && source !== 'course')
    .map(columnId);
}

/** What a table shows before anybody chose: when, how long, which, then the keys that most runs have. */
export function firstColumns(keys: RunKeys): Column[] {
  return [
    newColumn('attributes', 'start_time'),
    newColumn('attributes', 'duration'),
    ...keys.metrics
      .slice(0, FIRST_METRICS)
      .map(key => newColumn('metrics', key)),
    ...keys.params.slice(0, FIRST_PARAMS).map(key => newColumn('params', key)),
    ...keys.tags
      .filter(key => !key.startsWith(OWN_TAGS))
      .slice(0, FIRST_TAGS)
      .map(key => newColumn('tags', key)),
    newColumn('attributes', 'notebook')
  ];
}

/** The columns with one more at the end; as they are where it is there already, or where they are too many. */
export function withColumn(
  columns: readonly Column[],
  column: Column
): readonly Column[] {
  const id = columnId(column);
  return columns.length >= MAX_COLUMNS ||
    columns.some(each => columnId(each) === id)
    ? columns
    : [...columns, column];
}

/** The columns without one. */
export function withoutColumn(
  columns: readonly Column[],
  id: string
): readonly Column[] {
  return columns.filter(each => columnId(each) !== id);
}

/** The columns with one at another place. */
export function moveColumn(
  columns: readonly Column[],
  id: string,
  to: number
): readonly Column[] {
  const from = columns.findIndex(each => columnId(each) === id);
  const column = columns[from];
  if (column === undefined) {
    return columns;
  }
  const rest = columns.filter((_, index) => index !== from);
  const at = Math.max(0, Math.min(to, rest.length));
  return [...rest.slice(0, at), column, ...rest.slice(at)];
}

/** The columns with one changed. */
export function changeColumn(
  columns: readonly Column[],
  id: string,
  change: Partial<Pick<Column, 'width' | 'better'>>
): readonly Column[] {
  return columns.map(each =>
    columnId(each) === id
      ? {
          ...each,
          ...change,
          width: boundWidth(change.width ?? each.width)
        }
      : each
  );
}

/** A width that can be seen and grasped. */
export function boundWidth(width: number): number {
  return Math.round(Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH)));
}

/** Which columns a viewport shows: the first, the one after the last, and where the first begins. */
export interface ColumnRange {
  first: number;
  end: number;
  start: number;
}

/** The columns that overlap with pixels `from` to `to` of all of them laid side by side. */
export function visibleColumns(
  widths: readonly number[],
  from: number,
  to: number
): ColumnRange {
  let first = 0;
  let start = 0;
  while (
    first < widths.length - 1 &&
    start + (widths[first] ?? 0) <= Math.max(0, from)
  ) {
    start += widths[first] ?? 0;
    first += 1;
  }
  let end = first;
  let right = start;
  while (end < widths.length && right < to) {
    right += widths[end] ?? 0;
    end += 1;
  }
  return {
    first,
    end: Math.max(end, Math.min(first + 1, widths.length)),
    start
  };
}
