/** The row that the keyboard is on. It stays on its run while rows come and go around it. */
import { useCallback, useRef, useState } from 'react';
import type { AnchoredList } from './anchor';
import { runIdAt } from './anchor';

/** A list of which one row is the active one. */
interface List extends AnchoredList {
  readonly rows: AnchoredList['rows'] & { readonly count: number };
}

/** The active position, and what makes another one it. */
export function useActivePosition(
  list: List
): readonly [number, (to: number) => number] {
  const [active, setActive] = useState({ position: 0, runId: '' });
  const queryId = useRef(list.queryId);
  const { rows } = list;
  const found = active.runId === '' ? -1 : rows.find(active.runId);
  const position =
    queryId.current === list.queryId
      ? bound(found >= 0 ? found : active.position, rows.count)
      : 0;
  const go = useCallback(
    (to: number) => {
      const next = bound(to, list.rows.count);
      queryId.current = list.queryId;
      setActive({ position: next, runId: runIdAt(list, next) });
      return next;
    },
    [list]
  );
  return [position, go];
}

function bound(position: number, count: number): number {
  return Math.max(0, Math.min(position, count - 1));
}
