/** The grid: real DOM for the rows and columns in view, whatever their number. */
import { useVirtualizer } from '@tanstack/react-virtual';
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import { useAnchor } from '../elements/anchor';
import { useChanges, useNow } from '../elements/hooks';
import type { Column } from '../model/table/columns';
import { useActiveCell } from './active';
import { useColumnWindow } from './columnwindow';
import { useTable } from './context';
import { Header } from './header';
import { GridRow, ROW_HEIGHT } from './row';

/** Pixels of the marks before a run's name: the box and the star. */
export const LEAD_WIDTH = 64;

const NO_COLUMNS: readonly Column[] = [];

/** All rows. */
export function Grid(): JSX.Element {
  const { model, trans, id } = useTable();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, view } = model;
  useChanges(model.selection);
  const columns = view.columns ?? NO_COLUMNS;
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    // The grid shows something in its first frame, before it was measured.
    initialRect: { width: 900, height: 800 }
  });
  const fixed = LEAD_WIDTH + view.nameWidth;
  const range = useColumnWindow(
    scroller,
    columns.map(each => each.width),
    fixed
  );
  const width = fixed + columns.reduce((sum, each) => sum + each.width, 0);
  const active = useActiveCell(virtualizer.scrollToIndex, scroller, fixed);
  useAnchor(scroller, model, ROW_HEIGHT);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => model.want(first, last), [model, rows, columns, first, last]);
  const shown = items.map(item => ({ item, row: rows.at(item.index) }));
  const now = useNow(
    shown.some(
      ({ row }) => row !== null && 'run' in row && row.run.status === 'running'
    )
  );
  const isActiveShown = items.some(item => item.index === active.position);
  return (
    <div
      ref={scroller}
      className="ct-Grid"
      role="treegrid"
      tabIndex={0}
      aria-label={trans.__('Runs')}
      aria-rowcount={rows.count + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={
        isActiveShown ? cellId(id, active.position, active.column) : undefined
      }
      onKeyDown={active.onKeyDown}
    >
      <Header columns={columns} range={range} width={width} />
      <div
        className="ct-Grid-rows"
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize(), width }}
      >
        {shown.map(({ item, row }) => (
          <GridRow
            key={item.key}
            row={row}
            position={item.index}
            top={item.start}
            columns={columns}
            range={range}
            nameWidth={view.nameWidth}
            now={now}
            activeColumn={item.index === active.position ? active.column : -1}
            onPick={active.pick}
          />
        ))}
      </div>
    </div>
  );
}

/** The DOM id of a cell; column 0 is the run's name. */
export function cellId(id: string, position: number, column: number): string {
  return `${id}-${position}-${column}`;
}
