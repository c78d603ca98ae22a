/** Keeps what the reader looks at in its place while runs are added above it. */
import type { RefObject } from 'react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { RunList } from '../model/runlist';
import { ROW_HEIGHT } from './row';

interface Anchor {
  runId: string;
  position: number;
}

/** Hold the scroll position to the first row in view; a new query starts at the top. */
export function useAnchor(
  scroller: RefObject<HTMLDivElement>,
  runs: RunList
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
    if (anchor.current !== null && node.scrollTop > ROW_HEIGHT) {
      const position = rows.find(anchor.current.runId);
      const moved = position - anchor.current.position;
      if (position >= 0 && moved !== 0) {
        node.scrollTop += moved * ROW_HEIGHT;
      }
    }
    anchor.current = anchorAt(node, runs);
  }, [scroller, runs, rows]);
  useEffect(() => {
    const node = scroller.current;
    const onScroll = (): void => {
      if (node !== null) {
        anchor.current = anchorAt(node, runs);
      }
    };
    node?.addEventListener('scroll', onScroll, { passive: true });
    return () => node?.removeEventListener('scroll', onScroll);
  }, [scroller, runs]);
}

function anchorAt(node: HTMLDivElement, runs: RunList): Anchor | null {
  const position = Math.ceil(node.scrollTop / ROW_HEIGHT);
  const row = runs.rows.at(position);
  return row !== null && 'run' in row
    ? { runId: row.run.run_id, position }
    : null;
}
