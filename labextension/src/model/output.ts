/** What a cell's output shows of the trail: read with care, since a notebook may come from anywhere. */
import { toNumber } from './format';
import type { Float, View, ViewColumn, ViewSection, ViewValue } from '../api';

/** The order of a table's rows. */
export interface RowOrder {
  column: number;
  isDescending: boolean;
}

/** The view in an output's data; null where it is none. */
export function readOutput(data: unknown): View | null {
  if (!isRecord(data) || !Array.isArray(data.sections)) {
    return null;
  }
  const sections = data.sections.map(readSection);
  const kind = data.kind;
  if (kind !== 'runs' && kind !== 'comparison' && kind !== 'lineage') {
    return null;
  }
  return {
    kind,
    title: text(data.title),
    summary: text(data.summary),
    sections: sections.filter(each => each !== null),
    run_ids: list(data.run_ids).map(text)
  };
}

function readSection(data: unknown): ViewSection | null {
  if (!isRecord(data)) {
    return null;
  }
  const columns = list(data.columns).map(readColumn);
  const rows = list(data.rows).map(row => list(row).map(readValue));
  return {
    title: text(data.title),
    columns,
    rows: rows.filter(row => row.length === columns.length),
    lines: list(data.lines).map(text),
    note: text(data.note),
    is_open: data.is_open !== false
  };
}

function readColumn(data: unknown): ViewColumn {
  const column = isRecord(data) ? data : {};
  return { name: text(column.name), is_number: column.is_number === true };
}

function readValue(data: unknown): ViewValue {
  const value = isRecord(data) ? data : {};
  const tone = value.tone;
  return {
    text: text(value.text),
    tone:
      tone === 'better' || tone === 'worse' || tone === 'quiet'
        ? tone
        : 'plain',
    run_id: text(value.run_id),
    number: number(value.number)
  };
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function list(data: unknown): unknown[] {
  return Array.isArray(data) ? data : [];
}

function number(data: unknown): Float | null {
  const isNumber = typeof data === 'number';
  const names: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];
  return isNumber || names.includes(data) ? (data as Float) : null;
}

function text(data: unknown): string {
  return typeof data === 'string' ? data : '';
}

/** The rows that have every word, in the wanted order; what is empty comes last. */
export function arrangeRows(
  section: ViewSection,
  words: string,
  order: RowOrder | null
): ViewValue[][] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = section.rows.filter(row => {
    const said = row
      .map(value => value.text)
      .join('\n')
      .toLowerCase();
    return wanted.every(word => said.includes(word));
  });
  if (order === null) {
    return found;
  }
  const sign = order.isDescending ? -1 : 1;
  return found.sort((first, second) => {
    const one = first[order.column];
    const other = second[order.column];
    if (one === undefined || other === undefined || !one.text || !other.text) {
      return Number(!one?.text) - Number(!other?.text);
    }
    return compareValues(one, other, sign);
  });
}

/** Numbers by value, NaN last; what is no number after them, by its text. */
function compareValues(one: ViewValue, other: ViewValue, sign: number): number {
  const [first, second] = [rank(one), rank(other)];
  if (first !== second) {
    return first - second;
  }
  if (first === 0) {
    const difference = toNumber(one.number ?? 0) - toNumber(other.number ?? 0);
    return Number.isNaN(difference) ? 0 : sign * difference; // of two infinities
  }
  return (
    sign * one.text.localeCompare(other.text, undefined, { numeric: true })
  );
}

function rank(value: ViewValue): number {
  if (value.number === null) {
    return 2;
  }
  return value.number === 'NaN' ? 1 : 0;
}

/** The order after a click on a column's head: up, down, as it was. */
export function nextRowOrder(
  order: RowOrder | null,
  column: number
): RowOrder | null {
  if (order?.column !== column) {
    return { column, isDescending: false };
  }
  return order.isDescending ? null : { column, isDescending: true };
}
