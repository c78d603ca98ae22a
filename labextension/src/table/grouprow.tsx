/** The head of a group in the grid: its value, how many runs, and the best of each metric. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import type { Bucket } from '../api';
import { Glyph } from '../elements/glyph';
import { formatCount, formatNumber } from '../model/format';
import { bestValue } from '../model/table/best';
import type { Column, ColumnRange } from '../model/table/columns';
import { columnId } from '../model/table/columns';
import { oneLine } from '../model/table/values';
import { useTable } from './context';

/** The name of a group. */
export function GroupName(props: {
  head: Bucket;
  isOpen: boolean;
}): JSX.Element {
  const { model, trans } = useTable();
  const { head, isOpen } = props;
  return (
    <>
      <span
        className="ct-Expander ct-mod-button"
        aria-hidden="true"
        onClick={event => {
          event.stopPropagation();
          void model.toggleGroup(head.value);
        }}
      >
        <Glyph icon={isOpen ? caretDownIcon : caretRightIcon} />
      </span>
      <span className="ct-Group-name" title={head.value ?? ''} dir="auto">
        {head.value === null
          ? trans.__('no value')
          : oneLine(head.value).slice(0, 200)}
      </span>
      <span
        className="ct-Chip"
        title={trans._n(
          '%2 run',
          '%2 runs',
          head.count,
          formatCount(head.count)
        )}
      >
        {formatCount(head.count)}
      </span>
    </>
  );
}

/** The best of each metric's column in a group. */
export function GroupCells(props: {
  head: Bucket;
  position: number;
  columns: readonly Column[];
  range: ColumnRange;
  activeColumn: number;
}): JSX.Element {
  const { trans, id } = useTable();
  const { head, columns, range } = props;
  return (
    <>
      {columns.slice(range.first, range.end).map((column, offset) => {
        const index = range.first + offset + 1;
        const metric =
          column.source === 'metrics'
            ? head.metrics.find(({ key }) => key === column.key)
            : undefined;
        const best = bestValue(column, metric);
        const isActive = props.activeColumn === index;
        return (
          <div
            key={columnId(column)}
            id={`${id}-${props.position}-${index}`}
            role="gridcell"
            aria-colindex={index + 1}
            className={`ct-Cell ct-mod-number${isActive ? ' ct-mod-active' : ''}`}
            style={{ width: column.width }}
            title={
              best === null
                ? ''
                : trans.__('best of this group: %1', String(best))
            }
          >
            {best === null ? '' : formatNumber(best)}
          </div>
        );
      })}
    </>
  );
}
