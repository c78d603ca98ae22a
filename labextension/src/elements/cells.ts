/** Cells of open notebooks: found by path and id, and edited so that the edit can be undone. */
import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Cell, ICellModel } from '@jupyterlab/cells';
import type { PresentCell } from '../model/restore';

/** Why nothing can be put into a notebook or a cell; `null` where it can. */
export type Obstacle = 'closed' | 'gone' | 'read-only' | 'locked' | null;

/** The open notebook at a contents path. */
export function findNotebook(
  tracker: INotebookTracker,
  path: string
): NotebookPanel | null {
  const current = tracker.currentWidget;
  if (current?.context.localPath === path) {
    return current;
  }
  return tracker.find(panel => panel.context.localPath === path) ?? null;
}

/** The cell of a notebook with an id, and where it stands. */
export function findCell(
  panel: NotebookPanel | null,
  cellId: string
): { cell: Cell; index: number } | null {
  const cells = panel === null || panel.isDisposed ? [] : panel.content.widgets;
  const index = cells.findIndex(each => each.model.id === cellId);
  const cell = cells[index];
  return cell === undefined ? null : { cell, index };
}

/** The cells of an open notebook as they are now. */
export function presentCells(panel: NotebookPanel): readonly PresentCell[] {
  return panel.content.widgets.map(({ model }) => ({
    id: model.id,
    source: model.sharedModel.getSource(),
    takesCode: model.type === 'code' && !isLocked(model)
  }));
}

function isLocked(model: ICellModel): boolean {
  return model.getMetadata('editable') === false;
}

/** Whether a notebook takes no edits. */
export function isReadOnly(panel: NotebookPanel): boolean {
  const { model } = panel.content;
  return (
    model === null ||
    model.readOnly ||
    panel.context.contentsModel?.writable === false
  );
}

/** What stands in the way of another text in a cell. */
export function obstacleOf(
  panel: NotebookPanel | null,
  cellId: string
): Obstacle {
  if (panel === null || panel.isDisposed) {
    return 'closed';
  }
  if (isReadOnly(panel)) {
    return 'read-only';
  }
  const found = findCell(panel, cellId);
  if (found === null) {
    return 'gone';
  }
  return isLocked(found.cell.model) ? 'locked' : null;
}

/** Give a cell another text, as one step of its undo history; what was there before. */
export function replaceSource(cell: Cell, source: string): string {
  const shared = cell.model.sharedModel;
  const before = shared.getSource();
  // What is typed just before and after must not become one step with it.
  cutUndoHistory(shared);
  shared.updateSource(0, before.length, source);
  cutUndoHistory(shared);
  return before;
}

/** Insert a code cell and select it; its id. */
export async function insertCell(
  panel: NotebookPanel,
  index: number,
  source: string
): Promise<string> {
  const notebook = panel.content;
  const shared = notebook.model?.sharedModel;
  if (shared === undefined) {
    return '';
  }
  const made = shared.insertCell(index, {
    cell_type: 'code',
    metadata: {},
    source
  });
  notebook.activeCellIndex = index;
  await NotebookActions.focusActiveCell(notebook);
  return made.getId();
}

/** Remove a cell, if it still says what it was made with. */
export function removeCell(
  panel: NotebookPanel,
  cellId: string,
  source: string
): boolean {
  const found = findCell(panel, cellId);
  if (found?.cell.model.sharedModel.getSource() !== source) {
    return false;
  }
  panel.content.model?.sharedModel.deleteCell(found.index);
  return true;
}

interface WithUndo {
  undoManager?: { stopCapturing(): void } | null;
}

/** End the step that is being recorded; what comes next is a step of its own. */
export function cutUndoHistory(shared: object): void {
  (shared as WithUndo).undoManager?.stopCapturing();
}
