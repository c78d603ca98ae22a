/** One row of the grid: a run, one below it, or a place where one will be. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { More } from '../elements/more';
import type { JSX, MouseEvent } from 'react';
import type { Bucket, RunSummary } from '../api';
import { starIcon, stateIcons } from '../icons';
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
  const level = levelOf(row, model.view.group !== null);
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
      className={rowClass(row, activeColumn >= 0, isSelected)}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-rowindex={position + 2}
      aria-level={level}
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
        {row?.kind === 'group' ? (
          <GroupName head={row.head} isOpen={row.isOpen} />
        ) : run === null ? (
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
      {row?.kind === 'group' && <GroupCells {...props} head={row.head} />}
    </div>
  );
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

function levelOf(row: TableRow<Bucket> | null, isGrouped: boolean): number {
  const isBelow = row?.kind === 'child' || row?.kind === 'more';
  const isHead = row?.kind === 'group';
  return 1 + (isBelow ? 1 : 0) + (isGrouped && !isHead ? 1 : 0);
}

function expansion(
  row: TableRow<Bucket> | null,
  isOpened: (runId: string) => boolean
): boolean | undefined {
  if (row?.kind === 'group') {
    return row.isOpen;
  }
  return row?.kind === 'run' && row.run.child_count > 0
    ? isOpened(row.run.run_id)
    : undefined;
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
  row: TableRow<Bucket> | null;
  isSelected: boolean;
}): JSX.Element {
  const { model, trans, actions } = useTable();
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
        <starIcon.react tag="span" />
      </button>
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

function Expander({ row }: { row: TableRow<Bucket> | null }): JSX.Element {
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
