/** The cell that the keyboard is on, and what the keys do. */
import type { KeyboardEvent, RefObject } from 'react';
import { useCallback, useState } from 'react';
import { useActivePosition } from '../elements/activeposition';
import { runIdAt } from '../elements/anchor';
import type { TableModel } from '../model/table/table';
import type { TableActions } from './actions';
import type { Editing } from './editing';
import { useTable } from './context';

const PAGE_ROWS = 15;

/** The active cell, and what moves it; column 0 is the run's name. */
export interface ActiveCell {
  position: number;
  column: number;
  onKeyDown(event: KeyboardEvent): void;
  /** Make a cell the active one. */
  pick(position: number, column: number): void;
}

/** Follow the keyboard. */
export function useActiveCell(
  scrollTo: (position: number) => void,
  scroller: RefObject<HTMLDivElement>,
  fixed: number
): ActiveCell {
  const { model, actions, editing } = useTable();
  const [position, go] = useActivePosition(model);
  const [activeColumn, setColumn] = useState(0);
  const count = model.view.columns?.length ?? 0;
  const column = Math.min(activeColumn, count);
  const pick = useCallback(
    (at: number, to: number) => {
      go(at);
      setColumn(to);
    },
    [go]
  );
  const move = (to: number, toColumn: number): void => {
    const nextColumn = Math.max(0, Math.min(toColumn, count));
    setColumn(nextColumn);
    scrollTo(go(to));
    showColumn(scroller.current, model, nextColumn, fixed);
  };
  const mark = (to: number): void => {
    const ids = [runIdAt(model, position), runIdAt(model, to)];
    model.selection.add(ids.filter(each => each !== ''));
    move(to, column);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey) {
      return;
    }
    const isControl = event.ctrlKey || event.metaKey;
    if (isControl && event.key === 'a') {
      event.preventDefault();
      event.stopPropagation();
      void actions.selectAll();
      return;
    }
    const rowStep: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS
    };
    const steps: Record<string, () => void> = {
      Home: () => (isControl ? move(0, column) : move(position, 0)),
      End: () =>
        isControl ? move(model.rows.count - 1, column) : move(position, count),
      ArrowRight: () =>
        unfold(model, position, column) || move(position, column + 1),
      ArrowLeft: () =>
        column > 0 ? move(position, column - 1) : fold(model, position),
      Enter: () => enter(model, position, column, actions, editing),
      F2: () => void edit(model, position, column, editing),
      s: () => star(model, position, actions),
      ' ': () => {
        const id = runIdAt(model, position);
        if (id !== '') {
          model.selection.toggle(id);
        }
      },
      Escape: () => model.selection.clear()
    };
    const step = rowStep[event.key];
    if (step !== undefined) {
      (event.shiftKey ? mark : (to: number) => move(to, column))(
        Math.max(0, Math.min(position + step, model.rows.count - 1))
      );
    } else if (steps[event.key] !== undefined) {
      steps[event.key]?.();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return { position, column, onKeyDown, pick };
}

/** What Enter does: it edits a tag, opens a group or a run, or fetches more. */
function enter(
  model: TableModel,
  position: number,
  column: number,
  actions: TableActions,
  editing: Editing
): void {
  const row = model.rows.at(position);
  if (row?.kind === 'more') {
    void model.moreChildren(row.parentId);
  } else if (row?.kind === 'group') {
    void model.toggleGroup(row.head.value);
  } else if (row !== null && 'run' in row) {
    if (!edit(model, position, column, editing)) {
      actions.openRun(row.run.run_id);
    }
  }
}

function edit(
  model: TableModel,
  position: number,
  column: number,
  editing: Editing
): boolean {
  const row = model.rows.at(position);
  return (
    row !== null &&
    'run' in row &&
    editing.begin(row.run, model.view.columns?.[column - 1])
  );
}

function star(
  model: TableModel,
  position: number,
  actions: TableActions
): void {
  const row = model.rows.at(position);
  if (row !== null && 'run' in row) {
    void actions.star([row.run.run_id], !row.run.is_starred);
  }
}

/** Show what is below a row; false where nothing is, or it is shown already. */
function unfold(model: TableModel, position: number, column: number): boolean {
  const row = model.rows.at(position);
  if (column === 0 && row?.kind === 'group' && !row.isOpen) {
    void model.toggleGroup(row.head.value);
    return true;
  }
  const isFolded =
    column === 0 &&
    row?.kind === 'run' &&
    row.run.child_count > 0 &&
    !model.isOpened(row.run.run_id);
  if (isFolded) {
    void model.toggleChildren(row.run.run_id);
  }
  return isFolded;
}

function fold(model: TableModel, position: number): void {
  const row = model.rows.at(position);
  if (row?.kind === 'run' && model.isOpened(row.run.run_id)) {
    void model.toggleChildren(row.run.run_id);
  } else if (row?.kind === 'group' && row.isOpen) {
    void model.toggleGroup(row.head.value);
  }
}

/** Scroll sideways until a column stands beside what is fixed. */
function showColumn(
  node: HTMLDivElement | null,
  model: TableModel,
  column: number,
  fixed: number
): void {
  if (node === null) {
    return;
  }
  if (column === 0) {
    node.scrollLeft = 0;
    return;
  }
  const widths = (model.view.columns ?? []).map(each => each.width);
  const left = widths
    .slice(0, column - 1)
    .reduce((sum, width) => sum + width, 0);
  const right = left + (widths[column - 1] ?? 0);
  const room = node.clientWidth - fixed;
  const sign = getComputedStyle(node).direction === 'rtl' ? -1 : 1;
  const at = node.scrollLeft * sign;
  if (left < at) {
    node.scrollLeft = left * sign;
  } else if (right > at + room) {
    node.scrollLeft = (right - room) * sign;
  }
}
