/** The grid: real DOM for the rows and columns in view, whatever their number. */
import type { JSX } from 'react';
import { useRef } from 'react';
import { useChanges } from '../elements/hooks';
import { useRowsInView } from '../elements/rowsinview';
import type { Bucket } from '../api';
import type { Column } from '../model/table/columns';
import type { TableRow } from '../model/table/sections';
import type { TableModel } from '../model/table/table';
import { useActiveCell } from './active';
import { useColumnWindow } from './columnwindow';
import { useTable } from './context';
import { Header } from './header';
import { GridRow, ROW_HEIGHT } from './row';

/** Pixels of the marks before a run's name: the box and the star. */
export const LEAD_WIDTH = 64;

/** Rows on either side that are drawn before they are in view. */
const OVERSCAN = 10;
const NO_COLUMNS: readonly Column[] = [];

/** All rows. */
export function Grid(): JSX.Element {
  const { model, trans, id } = useTable();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, view } = model;
  useChanges(model.selection);
  const columns = view.columns ?? NO_COLUMNS;
  const grid = useRowsInView(scroller, model, ROW_HEIGHT, OVERSCAN);
  const fixed = LEAD_WIDTH + view.nameWidth;
  const range = useColumnWindow(scroller, columns, fixed);
  const width = fixed + columns.reduce((sum, each) => sum + each.width, 0);
  const active = useActiveCell(grid.scrollTo, scroller, fixed);
  const isActiveShown = grid.shown.some(
    ({ position }) => position === active.position
  );
  return (
    <div
      ref={scroller}
      className="ct-Grid ct-RunRows"
      data-notebook={model.place.notebook}
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
        style={{ height: grid.height, width }}
      >
        {grid.shown.map(({ key, position, top, row }) => (
          <GridRow
            key={key}
            row={row}
            position={position}
            top={top}
            columns={columns}
            range={range}
            nameWidth={view.nameWidth}
            now={grid.now}
            extremes={model.extremes}
            level={levelOf(row, view.group !== null)}
            isOpen={isOpened(row, model)}
            isSelected={
              row !== null &&
              'run' in row &&
              model.selection.has(row.run.run_id)
            }
            activeColumn={position === active.position ? active.column : -1}
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

function levelOf(row: TableRow<Bucket> | null, isGrouped: boolean): number {
  const isBelow = row?.kind === 'child' || row?.kind === 'more';
  const isHead = row?.kind === 'group';
  return 1 + (isBelow ? 1 : 0) + (isGrouped && !isHead ? 1 : 0);
}

/** Whether what is below a row is shown; undefined where there is nothing. */
function isOpened(
  row: TableRow<Bucket> | null,
  model: TableModel
): boolean | undefined {
  if (row?.kind === 'group') {
    return row.isOpen;
  }
  return row?.kind === 'run' && row.run.child_count > 0
    ? model.isOpened(row.run.run_id)
    : undefined;
}
