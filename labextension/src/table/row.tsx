/** One row of the grid: a run, one below it, or a place where one will be. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { More } from '../elements/more';
import type { JSX, MouseEvent } from 'react';
import { memo } from 'react';
import { Glyph } from '../elements/glyph';
import type { Bucket, RunSummary } from '../api';
import { starIcon, stateIcons } from '../icons';
import type { Extremes } from '../model/table/best';
import type { Column, ColumnRange } from '../model/table/columns';
import type { TableRow } from '../model/table/sections';
import { cellProblem, fullName, runName, statusWord } from '../model/words';
import { ValueCells } from './cells';
import { useTable } from './context';
import { GroupCells, GroupName } from './grouprow';

/** Pixels; the style sheet has the same. */
export const ROW_HEIGHT = 30;

interface RowProps {
  row: TableRow<Bucket> | null;
  position: number;
  top: number;
  columns: readonly Column[];
  range: ColumnRange;
  nameWidth: number;
  now: number;
  extremes: Extremes;
  level: number;
  /** Whether what is below it is shown; undefined where there is nothing. */
  isOpen: boolean | undefined;
  isSelected: boolean;
  /** The column that the keyboard is on; -1 where it is in another row. */
  activeColumn: number;
  onPick: (position: number, column: number) => void;
}

/** A row at its place. While one scrolls only the rows that come are drawn. */
export const GridRow = memo(function GridRow(props: RowProps): JSX.Element {
  const { model, id } = useTable();
  const { row, position, nameWidth, activeColumn, isSelected } = props;
  const run = runOf(row);
  const onClick = (event: MouseEvent): void => {
    const cell = (event.target as Element).closest('[aria-colindex]');
    props.onPick(
      position,
      Number(cell?.getAttribute('aria-colindex') ?? 1) - 1
    );
    if (row?.kind === 'more') {
      void model.moreChildren(row.parentId);
    } else if (row?.kind === 'group') {
      void model.toggleGroup(row.head.value);
    }
  };
  return (
    <div
      role="row"
      data-run-id={run?.run_id}
      className={rowClass(row, activeColumn >= 0, isSelected)}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-rowindex={position + 2}
      aria-level={props.level}
      aria-selected={isSelected}
      aria-expanded={props.isOpen}
      onClick={onClick}
    >
      <div
        id={`${id}-${position}-0`}
        role="rowheader"
        aria-colindex={1}
        className={`ct-Cell ct-mod-name${activeColumn === 0 ? ' ct-mod-active' : ''}`}
        style={{ width: nameWidth }}
      >
        {row?.kind === 'group' ? (
          <GroupName head={row.head} isOpen={row.isOpen} />
        ) : run === null ? (
          <NoRun row={row} />
        ) : (
          <NameCell run={run} isOpen={props.isOpen} isSelected={isSelected} />
        )}
      </div>
      <span
        className="ct-Cell-gap"
        role="presentation"
        style={{ width: props.range.start }}
      />
      {run !== null && <ValueCells {...props} run={run} />}
      {row?.kind === 'group' && <GroupCells {...props} head={row.head} />}
    </div>
  );
}, isSame);

/** Rows are made anew with each answer; what they show mostly is as it was. */
function isSame(before: RowProps, after: RowProps): boolean {
  const names = Object.keys(after) as (keyof RowProps)[];
  return names.every(
    name =>
      Object.is(before[name], after[name]) ||
      (name === 'row' && showsSame(before.row, after.row))
  );
}

function runOf(row: TableRow<Bucket> | null): RunSummary | null {
  return row !== null && 'run' in row ? row.run : null;
}

function showsSame(
  before: TableRow<Bucket> | null,
  after: TableRow<Bucket> | null
): boolean {
  if (before?.kind !== after?.kind) {
    return false;
  }
  if (before?.kind === 'group' && after?.kind === 'group') {
    return before.head === after.head && before.isOpen === after.isOpen;
  }
  const [was, is] = [runOf(before), runOf(after)];
  return was === is && (is !== null || after?.kind === 'pending');
}

function rowClass(
  row: TableRow<Bucket> | null,
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

function NoRun({ row }: { row: TableRow<Bucket> | null }): JSX.Element {
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
  return <More missing={row.missing} trans={trans} />;
}

function NameCell(props: {
  run: RunSummary;
  isOpen: boolean | undefined;
  isSelected: boolean;
}): JSX.Element {
  const { model, trans, actions } = useTable();
  const { run, isOpen, isSelected } = props;
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
      <button
        type="button"
        className={`ct-Star${run.is_starred ? ' ct-mod-on' : ''}`}
        tabIndex={-1}
        aria-pressed={run.is_starred}
        aria-label={trans.__('Star %1', name)}
        title={run.is_starred ? trans.__('Unstar') : trans.__('Star')}
        onClick={event => {
          event.stopPropagation();
          void actions.star([run.run_id], !run.is_starred);
        }}
      >
        <Glyph icon={starIcon} />
      </button>
      <Expander run={run} isOpen={isOpen} />
      <span
        className={`ct-State ct-mod-${run.status}`}
        title={statusWord(run.status, trans)}
        role="img"
        aria-label={statusWord(run.status, trans)}
      >
        <Glyph icon={stateIcons[run.status]} />
      </span>
      <a
        className="ct-Cell-link"
        title={problem === '' ? name : `${name} · ${problem}`}
        dir="auto"
        onClick={event => {
          event.preventDefault();
          event.stopPropagation();
          actions.openRun(run.run_id);
        }}
      >
        {runName(run, trans)}
        {run.differs !== '' && (
          <bdi className="ct-Cell-differs"> {run.differs}</bdi>
        )}
      </a>
      {run.is_archived && (
        <span className="ct-Chip">{trans.__('archived')}</span>
      )}
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

function Expander(props: {
  run: RunSummary;
  isOpen: boolean | undefined;
}): JSX.Element {
  const { model } = useTable();
  const { run, isOpen } = props;
  if (isOpen === undefined) {
    return <span className="ct-Expander" />;
  }
  // The row itself tells whether it is expanded, and the arrow keys do this.
  return (
    <span
      className="ct-Expander ct-mod-button"
      aria-hidden="true"
      onClick={event => {
        event.stopPropagation();
        void model.toggleChildren(run.run_id);
      }}
    >
      <Glyph icon={isOpen ? caretDownIcon : caretRightIcon} />
    </span>
  );
}
