/** From a run to its cell. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { RunSummary } from './api';

/** `gone`: the notebook has no such cell now; `missing`: there is no such notebook. */
export type Arrival = 'found' | 'gone' | 'missing';

/** Open the run's notebook where it is closed, scroll to its cell and select it. */
export async function goToCell(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  run: RunSummary
): Promise<Arrival> {
  const isOpen = (): ReturnType<INotebookTracker['find']> =>
    tracker.find(panel => panel.context.localPath === run.notebook_path);
  if (isOpen() === undefined && !(await openNotebook(app, run.notebook_path))) {
    return 'missing';
  }
  const panel = isOpen();
  if (panel === undefined) {
    return 'missing';
  }
  app.shell.activateById(panel.id);
  await Promise.all([panel.context.ready, panel.revealed]);
  const index = panel.content.widgets.findIndex(
    cell => cell.model.id === run.cell_id
  );
  if (index < 0) {
    return 'gone';
  }
  panel.content.deselectAll();
  panel.content.activeCellIndex = index;
  panel.content.mode = 'command';
  await panel.content.scrollToItem(index, 'center');
  panel.content.activate();
  return 'found';
}

async function openNotebook(
  app: JupyterFrontEnd,
  path: string
): Promise<boolean> {
  if (path.startsWith('/')) {
    return false; // outside the server's root
  }
  try {
    await app.serviceManager.contents.get(path, { content: false });
    await app.commands.execute('docmanager:open', {
      path,
      factory: 'Notebook'
    });
    return true;
  } catch {
    return false;
  }
}
