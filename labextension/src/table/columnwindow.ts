/** Which columns are in view while the grid is scrolled sideways. */
import type { RefObject } from 'react';
import { useEffect, useState } from 'react';
import type { ColumnRange } from '../model/table/columns';
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
  widths: readonly number[],
  fixed: number
): ColumnRange {
  const [view, setView] = useState({ left: 0, width: FIRST_WIDTH });
  useEffect(() => {
    const node = scroller.current;
    if (node === null) {
      return;
    }
    const look = (): void => {
      // Negative from right to left. In steps, so that not each pixel is a render.
      const left = Math.floor(Math.abs(node.scrollLeft) / MARGIN) * MARGIN;
      const width = node.clientWidth;
      setView(before =>
        before.left === left && before.width === width
          ? before
          : { left, width }
      );
    };
    look();
    node.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(node);
    return () => {
      node.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [scroller]);
  const { left, width } = view;
  return visibleColumns(
    widths,
    left - MARGIN,
    left + Math.max(0, width - fixed) + 2 * MARGIN
  );
}
