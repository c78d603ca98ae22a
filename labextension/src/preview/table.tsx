/** Rows and columns of a table, with the types that its reader found. */
import type { JSX } from 'react';
import type { TablePreview } from '../api';
import { formatCount } from '../model/format';
import { usePreview } from './context';
import { Hint } from './notes';

const MOST_ROWS = 1000;
const COLUMNS = 50;

/** What of a table is asked for. */
export interface TableWindow {
  rows: number;
  firstColumn: number;
}

/** The first one. */
export const FIRST_WINDOW: TableWindow = { rows: 100, firstColumn: 0 };

/** A table, and the way to more of it. */
export function TableShown(props: {
  path: string;
  table: TablePreview;
  window: TableWindow;
  isWaiting: boolean;
  onWindow(window: TableWindow): void;
}): JSX.Element {
  const { path, table, window, isWaiting, onWindow } = props;
  const { trans } = usePreview();
  const first = table.first_column;
  const shown = table.columns.slice(first, first + COLUMNS);
  return (
    <>
      <div
        className="ct-Preview-table"
        tabIndex={0}
        role="region"
        aria-label={path}
        aria-busy={isWaiting}
      >
        <table>
          <thead>
            <tr>
              {shown.map((column, place) => (
                <th
                  key={place}
                  scope="col"
                  className={column.is_number ? 'ct-mod-number' : undefined}
                >
                  <span dir="auto">{column.name}</span>
                  <span className="ct-Preview-type" title={column.dtype}>
                    {column.dtype}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, place) => (
              <tr key={place}>
                {row.cells.map((cell, column) => (
                  <td
                    key={column}
                    dir="auto"
                    className={
                      shown[column]?.is_number ? 'ct-mod-number' : undefined
                    }
                    title={cell !== null && cell.length > 40 ? cell : undefined}
                  >
                    {cell ?? (
                      <i className="ct-Preview-missing">
                        {trans.__('missing')}
                      </i>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="ct-Preview-more">
        <span>{extent(table, trans)}</span>
        {window.rows < MOST_ROWS && mayHaveMore(table) && (
          <button
            type="button"
            className="ct-Link"
            disabled={isWaiting}
            onClick={() => onWindow({ ...window, rows: MOST_ROWS })}
          >
            {trans.__('Show 1,000 rows')}
          </button>
        )}
        {first > 0 && (
          <button
            type="button"
            className="ct-Link"
            disabled={isWaiting}
            onClick={() =>
              onWindow({ ...window, firstColumn: Math.max(0, first - COLUMNS) })
            }
          >
            {trans.__('Columns before')}
          </button>
        )}
        {first + COLUMNS < table.columns.length && (
          <button
            type="button"
            className="ct-Link"
            disabled={isWaiting}
            onClick={() =>
              onWindow({ ...window, firstColumn: first + COLUMNS })
            }
          >
            {trans.__('Columns after')}
          </button>
        )}
      </div>
      {table.notes.map(note => (
        <Hint key={note}>{note}</Hint>
      ))}
    </>
  );
}

function mayHaveMore(table: TablePreview): boolean {
  return table.row_count === null || table.row_count > table.rows.length;
}

function extent(
  table: TablePreview,
  trans: ReturnType<typeof usePreview>['trans']
): string {
  const {
    row_count: count,
    first_column: first,
    column_count: columns
  } = table;
  const shown = formatCount(table.rows.length);
  const rows =
    count === null
      ? trans.__(
          'The first %1 rows; how many there are was not counted, the file is large',
          shown
        )
      : count > table.rows.length
        ? trans.__('The first %1 of %2 rows', shown, formatCount(count))
        : trans._n('%1 row', '%2 rows', count, formatCount(count));
  const wide =
    columns > COLUMNS
      ? trans.__(
          'columns %1 to %2 of %3',
          formatCount(first + 1),
          formatCount(Math.min(first + COLUMNS, columns)),
          formatCount(columns)
        )
      : trans._n('%1 column', '%2 columns', columns, formatCount(columns));
  return `${rows}; ${wide}`;
}
