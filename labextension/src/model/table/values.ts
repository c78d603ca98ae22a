/** What a cell of the table says: a run's value under a column, as text, and whether it is a number. */
import type { RunSummary } from '../../api';
import type { Translate } from '../format';
import {
  baseName,
  formatAgo,
  formatMoment,
  formatNumber,
  toNumber
} from '../format';
import { cellMark, durationOf, statusWord, UNTIMED } from '../words';
import type { Column } from './columns';
import { MAX_VALUE_LENGTH } from './view';

/** A cell's value; `full` is what a reader sees who rests on it. */
export interface CellValue {
  text: string;
  full: string;
  isNumber: boolean;
}

const NOTHING: CellValue = { text: '', full: '', isNumber: false };
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The value of a run under a column; empty texts where it has none. */
export function cellValue(
  run: RunSummary,
  column: Column,
  now: number,
  trans: Translate
): CellValue {
  const { source, key } = column;
  switch (source) {
    case 'metrics': {
      const value = run.metrics[key];
      return value === undefined
        ? NOTHING
        : {
            text: formatNumber(value),
            full: String(value),
            isNumber: true
          };
    }
    case 'params':
      return textValue(run.params[key]);
    case 'tags':
      return textValue(run.tags[key]);
    case 'attributes':
      return attributeValue(run, key, now, trans);
    case 'course':
      return NOTHING;
  }
}

/** A metric of a run as a number; null where it has none. */
export function metricOf(run: RunSummary, key: string): number | null {
  const value = run.metrics[key];
  return value === undefined ? null : toNumber(value);
}

/** Control characters and line ends would break a line that is one. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}

function textValue(value: string | undefined): CellValue {
  return value === undefined
    ? NOTHING
    : { text: oneLine(value), full: value, isNumber: NUMBER.test(value) };
}

function attributeValue(
  run: RunSummary,
  key: string,
  now: number,
  trans: Translate
): CellValue {
  const read: Record<string, () => CellValue> = {
    status: () => plain(statusWord(run.status, trans)),
    start_time: () => ({
      ...plain(formatAgo(run.started_at, now, trans)),
      full: formatMoment(run.started_at)
    }),
    end_time: () =>
      run.ended_at === null
        ? NOTHING
        : {
            ...plain(formatAgo(run.ended_at, now, trans)),
            full: formatMoment(run.ended_at)
          },
    duration: () => {
      const text = durationOf(run, now);
      return text === UNTIMED ? NOTHING : { text, full: text, isNumber: true };
    },
    notebook: () => ({
      ...plain(baseName(run.notebook_path)),
      full: run.notebook_path
    }),
    cell: () => plain(cellMark(run)),
    kind: () => plain(run.kind),
    estimator: () => ({
      ...plain(run.estimator.slice(run.estimator.lastIndexOf('.') + 1)),
      full: run.estimator
    }),
    run_id: () => ({ ...plain(run.run_id.slice(0, 8)), full: run.run_id })
  };
  return read[key]?.() ?? NOTHING;
}

function plain(text: string): CellValue {
  return { text: oneLine(text), full: text, isNumber: false };
}

/** Whether a run's value in a column can be edited where it stands: a tag that is there in full. */
export function canEdit(run: RunSummary, column: Column | undefined): boolean {
  return (
    column?.source === 'tags' &&
    (run.tags[column.key] ?? '').length <= MAX_VALUE_LENGTH
  );
}
