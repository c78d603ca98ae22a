/** What the keys do in the panel's list. */
import type { KeyboardEvent } from 'react';
import { useCallback } from 'react';
import { useActivePosition } from '../elements/activeposition';
import { runIdAt } from '../elements/anchor';
import type { Row } from '../model/rows';
import type { TrailModel } from '../model/trail';
import type { RunList } from '../model/runlist';
import { usePanel } from './context';

const PAGE_ROWS = 10;

/** The active row, and what moves it. */
export interface ActiveRow {
  position: number;
  onKeyDown(event: KeyboardEvent): void;
  /** Make a row the active one and do what Enter does on it. */
  pick(position: number): void;
}

/** Follow the keyboard. */
export function useActiveRow(scrollTo: (position: number) => void): ActiveRow {
  const { model } = usePanel();
  const { runs } = model;
  const [position, go] = useActivePosition(runs);
  const move = (to: number): void => scrollTo(go(to));
  const open = useCallback(
    (at: number) => {
      const row = runs.rows.at(at);
      if (row?.kind === 'more') {
        void runs.moreChildren(row.parentId);
      } else if (row !== null && 'run' in row) {
        void model.openRun(row.run.run_id);
      }
    },
    [model, runs]
  );
  const pick = useCallback(
    (at: number) => {
      go(at);
      open(at);
    },
    [go, open]
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => move(position + 1),
      ArrowUp: () => move(position - 1),
      PageDown: () => move(position + PAGE_ROWS),
      PageUp: () => move(position - PAGE_ROWS),
      Home: () => move(0),
      End: () => move(runs.rows.count - 1),
      Enter: () => open(position),
      ' ': () => mark(model, position),
      ArrowRight: () => unfold(runs, position),
      ArrowLeft: () => move(fold(runs, position))
    };
    const step = steps[event.key];
    if (
      step !== undefined &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      event.preventDefault();
      event.stopPropagation();
      step();
    }
  };
  return { position, onKeyDown, pick };
}

function mark(model: TrailModel, position: number): void {
  const runId = runIdAt(model.runs, position);
  if (runId !== '') {
    model.marked.toggle(runId);
  }
}

function unfold(runs: RunList, position: number): void {
  const row = runs.rows.at(position);
  if (row?.kind !== 'run') {
    return;
  }
  if (row.run.child_count > 0 && !runs.isOpened(row.run.run_id)) {
    void runs.toggleChildren(row.run.run_id);
  } else if (row.group?.isFolded) {
    runs.toggleGroup(row.group.id);
  }
}

/** Fold what is unfolded here; the position to go to: the parent's, else where we are. */
function fold(runs: RunList, position: number): number {
  const row: Row | null = runs.rows.at(position);
  if (row === null || row.kind === 'pending') {
    return position;
  }
  if (row.kind !== 'run') {
    return runs.rows.positionOf(row.index);
  }
  if (runs.isOpened(row.run.run_id)) {
    void runs.toggleChildren(row.run.run_id);
    return position;
  }
  if (row.group !== null && !row.group.isFolded) {
    runs.toggleGroup(row.group.id);
    return runs.rows.positionOf(row.index);
  }
  return position;
}
