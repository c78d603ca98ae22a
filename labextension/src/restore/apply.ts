/** Executed sources put into the cells of an open notebook, in one step that can be taken back. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { cutUndoHistory, findCell } from '../elements/cells';
import type { CellChange } from '../model/restore';
import { placesOf } from '../model/restore';

/** What was done, and the way back. */
export interface Applied {
  replaced: number;
  inserted: number;
  /** Take back all that nobody has edited since; how many were left as they are. */
  undo(): number;
}

/** Carry out changes as one step of the notebook's undo history. */
export function applyChanges(
  panel: NotebookPanel,
  changes: readonly CellChange[]
): Applied {
  const shared = panel.content.model?.sharedModel;
  const replaced = changes.filter(change => change.kind === 'replace');
  const places = placesOf(
    changes,
    panel.content.widgets.map(cell => cell.model.id)
  );
  if (shared === undefined) {
    return { replaced: 0, inserted: 0, undo: () => 0 };
  }
  cutUndoHistory(shared);
  const made: { id: string; source: string }[] = [];
  shared.transact(() => {
    for (const change of replaced) {
      write(panel, change.cellId, change.executed.source);
    }
    for (const [{ executed, cellId }, index] of places) {
      const cell = shared.insertCell(index, {
        cell_type: 'code',
        id: cellId,
        metadata: executed.tags.length > 0 ? { tags: executed.tags } : {},
        source: executed.source
      });
      made.push({ id: cell.getId(), source: executed.source });
    }
  });
  cutUndoHistory(shared);
  const undo = (): number => {
    let left = 0;
    shared.transact(() => {
      for (const { cellId, executed, before } of replaced) {
        left += says(panel, cellId, executed.source)
          ? write(panel, cellId, before)
          : 1;
      }
      for (const { id, source } of made) {
        const found = findCell(panel, id);
        if (found !== null && says(panel, id, source)) {
          shared.deleteCell(found.index);
        } else {
          left += 1;
        }
      }
    });
    cutUndoHistory(shared);
    return left;
  };
  return { replaced: replaced.length, inserted: made.length, undo };
}

function says(panel: NotebookPanel, cellId: string, source: string): boolean {
  const found = findCell(panel, cellId);
  return found?.cell.model.sharedModel.getSource() === source;
}

function write(panel: NotebookPanel, cellId: string, source: string): 0 {
  const shared = findCell(panel, cellId)?.cell.model.sharedModel;
  shared?.updateSource(0, shared.getSource().length, source);
  return 0;
}
