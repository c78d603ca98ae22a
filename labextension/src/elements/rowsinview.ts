/** The rows of a long list that are in view: few real ones, whatever the number of runs. */
import { useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';
import { useEffect, useState } from 'react';
import type { AnchoredList } from './anchor';
import { useAnchor } from './anchor';
import { useNow } from './hooks';

/** A list of rows that fetches what comes into view. */
export interface FetchingList<R extends object> extends AnchoredList {
  readonly rows: {
    readonly count: number;
    at(position: number): R | null;
    find(runId: string): number;
  };
  /** Say which positions are in view. */
  want(first: number, last: number): void;
}

/** One row at its place. */
export interface PlacedRow<R> {
  /** Of the rows in view one has it; a row that leaves hands its elements to one that comes. */
  key: number;
  position: number;
  /** Pixels from the list's start. */
  top: number;
  row: R | null;
}

/** What is in view. */
export interface RowsInView<R> {
  shown: PlacedRow<R>[];
  /** Pixels of all rows. */
  height: number;
  /** The time in milliseconds; it moves each second while a run in view is running. */
  now: number;
  scrollTo(position: number): void;
}

/**
 * Follow the scroll position of a list whose rows are all of one height.
 *
 * @param overscan - Rows on either side that are drawn before they are in view.
 */
export function useRowsInView<R extends object>(
  scroller: RefObject<HTMLDivElement>,
  list: FetchingList<R>,
  rowHeight: number,
  overscan: number
): RowsInView<R> {
  const { rows } = list;
  // What is in view comes first, its neighbours in the next frame.
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setDrawn(true));
    return () => cancelAnimationFrame(frame);
  }, []);
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: isDrawn ? overscan : 0,
    // The list shows something in its first frame, before it was measured.
    initialRect: { width: 900, height: 800 }
  });
  useAnchor(scroller, list, rowHeight);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => list.want(first, last), [list, rows, first, last]);
  const slots = slotCount(items.length);
  const shown = items.map(({ index, start }) => ({
    key: index % slots,
    position: index,
    top: start,
    row: rows.at(index)
  }));
  const now = useNow(shown.some(({ row }) => isRunning(row)));
  return {
    shown,
    height: virtualizer.getTotalSize(),
    now,
    scrollTo: virtualizer.scrollToIndex
  };
}

/** Room for so many rows; in big steps, as another number makes all elements anew. */
function slotCount(rows: number): number {
  return 32 * Math.ceil(Math.max(1, rows) / 32);
}

function isRunning(row: object | null): boolean {
  return (
    row !== null &&
    'run' in row &&
    (row.run as { status: string }).status === 'running'
  );
}
