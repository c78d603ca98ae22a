/** Keeps what the reader looks at in its place while runs are added above it. */
import type { RefObject } from 'react';
import { useEffect, useLayoutEffect, useRef } from 'react';

interface Anchor {
  runId: string;
  position: number;
}

/** Rows of which each may show a run. */
interface Rows {
  at(position: number): object | null;
  find(runId: string): number;
}

/** A list of runs that changes while it is read; `queryId` is another for the answers to another question. */
export interface AnchoredList {
  readonly rows: Rows;
  readonly queryId: number;
}

/** Hold the scroll position to the first row in view; a new query starts at the top. */
export function useAnchor(
  scroller: RefObject<HTMLDivElement>,
  runs: AnchoredList,
  rowHeight: number
): void {
  const anchor = useRef<Anchor | null>(null);
  const queryId = useRef(runs.queryId);
  const { rows } = runs;
  useLayoutEffect(() => {
    const node = scroller.current;
    if (node === null) {
      return;
    }
    if (queryId.current !== runs.queryId) {
      queryId.current = runs.queryId;
      anchor.current = null;
      node.scrollTop = 0;
      return;
    }
    if (anchor.current !== null && node.scrollTop > rowHeight) {
      const position = rows.find(anchor.current.runId);
      const moved = position - anchor.current.position;
      if (position >= 0 && moved !== 0) {
        node.scrollTop += moved * rowHeight;
      }
    }
    anchor.current = anchorAt(node, runs, rowHeight);
  }, [scroller, runs, rows, rowHeight]);
  useEffect(() => {
    const node = scroller.current;
    const onScroll = (): void => {
      if (node !== null) {
        anchor.current = anchorAt(node, runs, rowHeight);
      }
    };
    node?.addEventListener('scroll', onScroll, { passive: true });
    return () => node?.removeEventListener('scroll', onScroll);
  }, [scroller, runs, rowHeight]);
}

function anchorAt(
  node: HTMLDivElement,
  runs: AnchoredList,
  rowHeight: number
): Anchor | null {
  const position = Math.ceil(node.scrollTop / rowHeight);
  const runId = runIdAt(runs, position);
  return runId === '' ? null : { runId, position };
}

/** The run at a position; empty where there is none, or it is not loaded. */
export function runIdAt(list: AnchoredList, position: number): string {
  const row = list.rows.at(position);
  return row !== null && 'run' in row
    ? (row.run as { run_id: string }).run_id
    : '';
}
