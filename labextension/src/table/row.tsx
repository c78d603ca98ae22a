/** One row of the grid: a run, one below it, or a place where one will be. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { JSX, MouseEvent } from 'react';
import { memo } from 'react';
import type { RunSummary } from '../api';
import { stateIcons } from '../icons';
import { formatCount } from '../model/format';
import type { Column, ColumnRange } from '../model/table/columns';
import { columnId } from '../model/table/columns';
import type { TableRow } from '../model/table/sections';
import type { GroupHead } from '../model/table/table';
import { cellValue } from '../model/table/values';
import { cellProblem, fullName, runName, statusWord } from '../model/words';
import { useTable } from './context';

/** Pixels; the style sheet has the same. */
export const ROW_HEIGHT = 30;

interface RowProps {
  row: TableRow<GroupHead> | null;
  position: number;
  top: number;
  columns: readonly Column[];
  range: ColumnRange;
  nameWidth: number;
  now: number;
  /** The column that the keyboard is on; -1 where it is in another row. */
  activeColumn: number;
  onPick: (position: number, column: number) => void;
}

/** A row at its place. */
export function GridRow(props: RowProps): JSX.Element {
  const { model, id } = useTable();
  const { row, position, nameWidth, activeColumn } = props;
  const run = row !== null && 'run' in row ? row.run : null;
  const isSelected = run !== null && model.selection.has(run.run_id);
  const isBelow = row?.kind === 'child' || row?.kind === 'more';
  const onClick = (event: MouseEvent): void => {
    const cell = (event.target as Element).closest('[aria-colindex]');
    props.onPick(
      position,
      Number(cell?.getAttribute('aria-colindex') ?? 1) - 1
    );
    if (row?.kind === 'more') {
      void model.moreChildren(row.parentId);
    }
  };
  return (
    <div
      role="row"
      className={rowClass(row, activeColumn >= 0, isSelected)}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-rowindex={position + 2}
      aria-level={isBelow ? 2 : 1}
      aria-selected={isSelected}
      aria-expanded={expansion(row, runId => model.isOpened(runId))}
      onClick={onClick}
    >
      <div
        id={`${id}-${position}-0`}
        role="rowheader"
        aria-colindex={1}
        className={`ct-Cell ct-mod-name${activeColumn === 0 ? ' ct-mod-active' : ''}`}
        style={{ width: nameWidth }}
      >
        {run === null ? (
          <NoRun row={row} />
        ) : (
          <NameCell run={run} row={row} isSelected={isSelected} />
        )}
      </div>
      <span
        className="ct-Cell-gap"
        role="presentation"
        style={{ width: props.range.start }}
      />
      {run !== null && <ValueCells {...props} run={run} />}
    </div>
  );
}

function rowClass(
  row: TableRow<GroupHead> | null,
  isActive: boolean,
  isSelected: boolean
): string {
  return [
    'ct-GridRow',
    `ct-mod-${row?.kind ?? 'pending'}`,
    isActive ? 'ct-mod-active' : '',
    isSelected ? 'ct-mod-selected' : ''
  ]
    .filter(each => each !== '')
    .join(' ');
}

function expansion(
  row: TableRow<GroupHead> | null,
  isOpened: (runId: string) => boolean
): boolean | undefined {
  return row?.kind === 'run' && row.run.child_count > 0
    ? isOpened(row.run.run_id)
    : undefined;
}

function NoRun({ row }: { row: TableRow<GroupHead> | null }): JSX.Element {
  const { trans } = useTable();
  if (row?.kind !== 'more') {
    return (
      <span
        className="ct-Pending-bar"
        role="img"
        aria-label={trans.__('Loading…')}
      />
    );
  }
  const { missing } = row;
  return (
    <span className="ct-Row-more">
      {missing > 0
        ? trans._n(
            'Show %2 more',
            'Show %2 more',
            missing,
            formatCount(missing)
          )
        : trans.__('Loading…')}
    </span>
  );
}

function NameCell(props: {
  run: RunSummary;
  row: TableRow<GroupHead> | null;
  isSelected: boolean;
}): JSX.Element {
  const { model, trans, openRun } = useTable();
  const { run, row, isSelected } = props;
  const Icon = stateIcons[run.status];
  const problem = cellProblem(run, trans);
  const name = fullName(run, trans);
  return (
    <>
      <input
        type="checkbox"
        className="ct-Cell-box"
        tabIndex={-1}
        checked={isSelected}
        aria-label={trans.__('Select %1', name)}
        onChange={() => model.selection.toggle(run.run_id)}
        onClick={event => event.stopPropagation()}
      />
      <Expander row={row} />
      <span
        className={`ct-State ct-mod-${run.status}`}
        title={statusWord(run.status, trans)}
        role="img"
        aria-label={statusWord(run.status, trans)}
      >
        <Icon.react tag="span" />
      </span>
      <a
        className="ct-Cell-link"
        title={problem === '' ? name : `${name} · ${problem}`}
        dir="auto"
        onClick={event => {
          event.preventDefault();
          openRun(run.run_id);
        }}
      >
        {runName(run, trans)}
        {run.differs !== '' && (
          <bdi className="ct-Cell-differs"> {run.differs}</bdi>
        )}
      </a>
      {run.child_count > 0 && (
        <span
          className="ct-Chip"
          title={trans._n('%1 candidate', '%1 candidates', run.child_count)}
        >
          {run.child_count}
        </span>
      )}
    </>
  );
}

function Expander({ row }: { row: TableRow<GroupHead> | null }): JSX.Element {
  const { model } = useTable();
  if (row?.kind !== 'run' || row.run.child_count === 0) {
    return <span className="ct-Expander" />;
  }
  const { run_id: runId } = row.run;
  const Icon = model.isOpened(runId) ? caretDownIcon : caretRightIcon;
  // The row itself tells whether it is expanded, and the arrow keys do this.
  return (
    <span
      className="ct-Expander ct-mod-button"
      aria-hidden="true"
      onClick={event => {
        event.stopPropagation();
        void model.toggleChildren(runId);
      }}
    >
      <Icon.react tag="span" />
    </span>
  );
}

const ValueCells = memo(function ValueCells(props: {
  run: RunSummary;
  position: number;
  columns: readonly Column[];
  range: ColumnRange;
  now: number;
  activeColumn: number;
}): JSX.Element {
  const { trans, id } = useTable();
  const { run, columns, range, activeColumn } = props;
  return (
    <>
      {columns.slice(range.first, range.end).map((column, offset) => {
        const index = range.first + offset + 1;
        const value = cellValue(run, column, props.now, trans);
        const classes = [
          'ct-Cell',
          value.isNumber ? 'ct-mod-number' : '',
          activeColumn === index ? 'ct-mod-active' : ''
        ];
        return (
          <div
            key={columnId(column)}
            id={`${id}-${props.position}-${index}`}
            role="gridcell"
            aria-colindex={index + 1}
            className={classes.filter(each => each !== '').join(' ')}
            style={{ width: column.width }}
            title={value.full}
            dir="auto"
          >
            {value.text}
          </div>
        );
      })}
    </>
  );
});
