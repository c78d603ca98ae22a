/** Where a view of the main area goes: in Notebook 7, whose main area has one document only, below it. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/** Show a view; `type` names its kind to JupyterLab. */
export function showView(
  app: JupyterFrontEnd,
  view: Widget,
  type: string
): void {
  const { shell } = app;
  if (!view.isAttached) {
    shell.add(view, 'main', { type });
    if (!isPlaced(app, view, 'main')) {
      shell.add(view, 'down', { type });
    }
  }
  shell.activateById(view.id);
}

function isPlaced(app: JupyterFrontEnd, view: Widget, area: string): boolean {
  return [...app.shell.widgets(area)].includes(view);
}
