/** Where a view of the main area goes: in Notebook 7, whose main area has one document only, below it. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';
import { SplitPanel, TabPanel } from '@lumino/widgets';

/** Show a view; `type` names its kind to JupyterLab. */
export function showView(
  app: JupyterFrontEnd,
  view: Widget,
  type: string
): void {
  const { shell } = app;
  const isNew = !view.isAttached;
  if (isNew) {
    shell.add(view, 'main', { type });
    if (![...shell.widgets('main')].includes(view)) {
      shell.add(view, 'down', { type });
    }
  }
  shell.activateById(view.id);
  bringUp(view, isNew);
}

/** Notebook 7 activates a view of its lower area without bringing its tab to the front. */
function bringUp(view: Widget, isNew: boolean): void {
  const tabs = view.parent?.parent;
  if (!(tabs instanceof TabPanel)) {
    return;
  }
  tabs.currentWidget = view;
  view.activate();
  if (isNew && tabs.widgets.length === 1 && tabs.parent instanceof SplitPanel) {
    tabs.parent.setRelativeSizes([1, 1]);
  }
}
