/** What a context menu is about: what is under the pointer, else what is active in the list that has the focus. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

const LISTS = '.ct-RunRows';

/** The run as arguments of commands; none of them where there is no run. */
export function pointedRun(app: JupyterFrontEnd): {
  run_id?: string;
  notebook?: string;
} {
  const hit = app.contextMenuHitTest(
    node => node.dataset.runId !== undefined || node.matches(LISTS)
  );
  if (hit === undefined) {
    return {};
  }
  const active = hit.getAttribute('aria-activedescendant') ?? '';
  const row =
    hit.dataset.runId === undefined
      ? document.getElementById(active)?.closest<HTMLElement>('[data-run-id]')
      : hit;
  const runId = row?.dataset.runId;
  const notebook = hit.closest<HTMLElement>(LISTS)?.dataset.notebook;
  return {
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(notebook === undefined ? {} : { notebook })
  };
}

/** A code cell of an open notebook. */
export interface CodeCellOf {
  panel: NotebookPanel;
  cellId: string;
}

/** The active code cell; or, where one is, the cell on which the context menu was opened. */
export function codeCell(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  isAtPointer: boolean
): CodeCellOf | null {
  const panel = tracker.currentWidget;
  if (panel === null) {
    return null;
  }
  const node = isAtPointer
    ? app.contextMenuHitTest(each => each.classList.contains('jp-CodeCell'))
    : undefined;
  const cell =
    panel.content.widgets.find(each => each.node === node) ??
    tracker.activeCell;
  return cell?.model.type === 'code' ? { panel, cellId: cell.model.id } : null;
}
