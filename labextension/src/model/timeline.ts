/** Executions on one line of time on which the breaks between them are short. */
import type { CellUse, Float, SystemCourse } from '../api';
import { toNumber } from './format';

/** An execution with its place on the line, in seconds. */
export interface Span {
  cell: CellUse;
  from: number;
  to: number;
}

/** One quantity over the line: each part is one execution's. */
export type Part = readonly (readonly [number, number])[];

/** A line of time. */
export interface Timeline {
  spans: readonly Span[];
  /** Seconds from the beginning to the end, with the breaks as short as they are drawn. */
  length: number;
  /** How long the breaks were that are drawn shorter, in seconds. */
  idle: number;
}

const MOST_SHARE = 0.03;
const LEAST_BREAK_S = 0.5;

/** Lay executions out. */
export function timelineOf(cells: readonly CellUse[]): Timeline {
  const sorted = [...cells].sort((a, b) => a.started_at - b.started_at);
  const busy = sorted.reduce(
    (sum, cell) => sum + endOf(cell) - startOf(cell),
    0
  );
  const most = Math.max(LEAST_BREAK_S, busy * MOST_SHARE);
  const spans: Span[] = [];
  let [idle, shift, seen] = [0, 0, 0];
  sorted.forEach((cell, index) => {
    const start = startOf(cell);
    const gap = index === 0 ? 0 : start - seen;
    if (index === 0) {
      shift = start;
    } else if (gap > most) {
      idle += gap - most;
      shift += gap - most;
    }
    seen = Math.max(index === 0 ? start : seen, endOf(cell));
    spans.push({ cell, from: start - shift, to: endOf(cell) - shift });
  });
  const length = Math.max(...spans.map(span => span.to), 0);
  return { spans, length, idle };
}

/** What was sampled of one quantity, execution by execution. */
export function partsOf(
  timeline: Timeline,
  quantity: (course: SystemCourse) => readonly Float[]
): Part[] {
  return timeline.spans.flatMap(({ cell: { course }, from }) => {
    const values = course === null ? [] : quantity(course);
    const part = values.map(
      (value, index) =>
        [
          from + (course?.offset_ms[index] ?? 0) / 1000,
          toNumber(value)
        ] as const
    );
    return part.length === 0 ? [] : [part];
  });
}

function startOf(cell: CellUse): number {
  return cell.started_at / 1e6;
}

/** Where nobody saw the end, the last sample. */
function endOf(cell: CellUse): number {
  const last = (cell.course?.offset_ms.at(-1) ?? 0) / 1000;
  return cell.ended_at === null ? startOf(cell) + last : cell.ended_at / 1e6;
}
