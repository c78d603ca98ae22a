/** Which columns are in view while the grid is scrolled sideways. */
import type { RefObject } from 'react';
import { useEffect, useMemo, useState } from 'react';
import type { Column, ColumnRange } from '../model/table/columns';
import { visibleColumns } from '../model/table/columns';

/** Pixels on either side that are drawn before they are in view. */
const MARGIN = 240;
const FIRST_WIDTH = 1600;

/**
 * Follow the grid's scroll position.
 *
 * @param fixed - Pixels of what stays at the start.
 */
export function useColumnWindow(
  scroller: RefObject<HTMLDivElement>,
  columns: readonly Column[],
  fixed: number
): ColumnRange {
  const [view, setView] = useState({ left: 0, width: FIRST_WIDTH });
  useEffect(() => {
    const node = scroller.current;
    if (node === null) {
      return;
    }
    // Negative from right to left. In steps, so that not each pixel is a render.
    const onScroll = (): void => {
      const left = Math.floor(Math.abs(node.scrollLeft) / MARGIN) * MARGIN;
      setView(before => (before.left === left ? before : { ...before, left }));
      node.classList.toggle('ct-mod-aside', node.scrollLeft !== 0);
    };
    const onSize = (): void => {
      const width = node.clientWidth;
      setView(before =>
        before.width === width ? before : { ...before, width }
      );
    };
    onScroll();
    node.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(onSize);
    observer.observe(node);
    return () => {
      node.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller]);
  const { left, width } = view;
  return useMemo(
    () =>
      visibleColumns(
        columns.map(each => each.width),
        left - MARGIN,
        left + Math.max(0, width - fixed) + 2 * MARGIN
      ),
    [columns, left, width, fixed]
  );
}
