/** From a run to its cell. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { PathExt } from '@jupyterlab/coreutils';
import type { RunSummary } from './api';
import type { Translate } from './model/format';
import { baseName } from './model/format';

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

/** What to say of where the way to a run's cell has ended, and what can be done instead; empty at the cell. */
export function arrivalNote(
  arrival: Arrival,
  run: RunSummary,
  trans: Translate
): string {
  const path = run.notebook_path;
  return {
    found: '',
    gone: trans.__(
      'This cell is no longer in %1. Restore… puts back what it executed.',
      baseName(path)
    ),
    missing: trans.__(
      '%1 cannot be opened from here. Restore… writes what was executed into a new notebook.',
      path
    )
  }[arrival];
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

const MAX_COPIES = 100;
const NATIVE_KERNEL = 'python3';

/** The kernel that a notebook names. */
function kernelOf(content: unknown): string {
  const { metadata } = content as {
    metadata?: { kernelspec?: { name?: string } };
  };
  return metadata?.kernelspec?.name ?? NATIVE_KERNEL;
}

/** Save a notebook beside the run's own, under a name that is free, and open it. */
export async function openCopy(
  app: JupyterFrontEnd,
  run: RunSummary,
  content: unknown,
  prefix = 'replay'
): Promise<void> {
  const { contents } = app.serviceManager;
  // Neither outside the server's root nor in a hidden folder, which the server does not serve.
  const isServed = !/(^|\/)\.|^\//.test(run.notebook_path);
  const folder = isServed ? PathExt.dirname(run.notebook_path) : '';
  const stem = PathExt.join(folder, `${prefix}-${run.run_id.slice(0, 8)}`);
  let path = `${stem}.ipynb`;
  for (let count = 2; count <= MAX_COPIES; count += 1) {
    const isTaken = await contents.get(path, { content: false }).then(
      () => true,
      () => false
    );
    if (!isTaken) {
      break;
    }
    path = `${stem}-${count}.ipynb`;
  }
  await contents.save(path, { type: 'notebook', format: 'json', content });
  await app.commands.execute('docmanager:open', {
    path,
    factory: 'Notebook',
    kernel: { name: kernelOf(content) }
  });
}
