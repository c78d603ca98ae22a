/** Commands of menus and context menus, where JupyterLab has them: tabs, files, cells, rows. The menus themselves stand in the settings' schema. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { AT_POINTER, CommandIDs, given, idOf } from '../commands';
import { marksInFront } from '../elements/marks';
import { codeCell } from '../elements/pointed';
import { compareIcon, tableIcon } from '../icons';
import { TrailFailure } from '../model/failure';
import { linkTo } from '../page/link';
import { ITrail } from '../tokens';

const MOST = 20;
const AT_POINTER_ONLY = {
  args: { type: 'object', properties: { at_pointer: AT_POINTER } }
} as const;
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

export const menusPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:menus',
  description:
    'Runs of a notebook from its tab or file, the last two runs of a cell, links to runs.',
  autoStart: true,
  requires: [ITrail, INotebookTracker],
  optional: [ITranslator, ICommandPalette, IFileBrowserFactory],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    files: IFileBrowserFactory | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('celltrail');
    const doors: Doors = { app, trail, tracker, trans, files };
    addNotebookRuns(doors);
    addCompareMarked(doors);
    addCompareCell(doors);
    addCopies(doors);
    const category = trans.__('Trail');
    for (const command of [
      CommandIDs.notebookRuns,
      CommandIDs.compareMarked,
      CommandIDs.compareCell
    ]) {
      palette?.addItem({ command, category });
    }
  }
};

interface Doors {
  app: JupyterFrontEnd;
  trail: ITrail;
  tracker: INotebookTracker;
  trans: TranslationBundle;
  files: IFileBrowserFactory | null;
}

function addNotebookRuns(doors: Doors): void {
  const { app, trans } = doors;
  app.commands.addCommand(CommandIDs.notebookRuns, {
    label: trans.__('Runs of This Notebook'),
    caption: trans.__('Show the runs of one notebook as a table'),
    icon: tableIcon,
    describedBy: AT_POINTER_ONLY,
    isVisible: args =>
      args.at_pointer !== true || notebookOf(doors, true) !== '',
    isEnabled: args => notebookOf(doors, args.at_pointer === true) !== '',
    execute: async args => {
      await app.commands.execute(CommandIDs.openTable, {
        notebook: notebookOf(doors, args.at_pointer === true),
        is_notebook_only: true
      });
    }
  });
}

/** The path of the notebook whose tab or file the menu is about; else of the one in front. */
function notebookOf(doors: Doors, isAtPointer: boolean): string {
  const { app, tracker, files } = doors;
  if (!isAtPointer) {
    return tracker.currentWidget?.context.localPath ?? '';
  }
  const hit = app.contextMenuHitTest(
    node =>
      node.classList.contains('jp-DirListing-item') ||
      node.dataset.type === 'document-title'
  );
  if (hit?.classList.contains('jp-DirListing-item') === true) {
    return selectedNotebook(files);
  }
  const panel = tracker.find(each => each.id === hit?.dataset.id);
  return panel?.context.localPath ?? '';
}

/** A right click has selected the file that it hit. */
function selectedNotebook(files: IFileBrowserFactory | null): string {
  const [file] = files?.tracker.currentWidget?.selectedItems() ?? [];
  return file?.type === 'notebook' ? file.path : '';
}

function addCompareMarked({ app, trans }: Doors): void {
  app.commands.addCommand(CommandIDs.compareMarked, {
    label: trans.__('Compare Marked Runs'),
    caption: trans.__(
      'Show what differs between the runs that are marked in the table or the panel, and why'
    ),
    icon: compareIcon,
    describedBy: NO_ARGUMENTS,
    execute: async () => {
      const { notebook, runIds } = marksInFront(app);
      if (runIds.length < 2 || runIds.length > MOST) {
        Notification.warning(
          trans.__('Mark two to %1 runs first: Space on a run marks it.', MOST),
          { autoClose: 5000 }
        );
        return;
      }
      await app.commands.execute(CommandIDs.compare, {
        notebook,
        run_ids: [...runIds]
      });
    }
  });
}

function addCompareCell({ app, trail, tracker, trans }: Doors): void {
  app.commands.addCommand(CommandIDs.compareCell, {
    label: trans.__('Compare Last Two Runs of Cell'),
    caption: trans.__('Show why the last two runs of this cell differ'),
    icon: compareIcon,
    describedBy: AT_POINTER_ONLY,
    isEnabled: args =>
      codeCell(app, tracker, args.at_pointer === true) !== null,
    execute: async args => {
      const cell = codeCell(app, tracker, args.at_pointer === true);
      if (cell === null) {
        return;
      }
      const notebook = cell.panel.context.localPath;
      try {
        const runIds = await lastRuns(trail, notebook, cell.cellId);
        if (runIds.length < 2) {
          Notification.info(trans.__('This cell has made no two runs yet.'), {
            autoClose: 5000
          });
          return;
        }
        await app.commands.execute(CommandIDs.compare, {
          notebook,
          run_ids: runIds
        });
      } catch (reason) {
        Notification.error(
          trans.__('Not compared: %1', TrailFailure.of(reason).message)
        );
      }
    }
  });
}

/** The last two runs of a cell, the older one first: it is the one that is compared with. */
async function lastRuns(
  trail: ITrail,
  notebook: string,
  cellId: string
): Promise<string[]> {
  const query = {
    filter: `attributes.cell = '${cellId.replaceAll("'", "''")}'`,
    notebook_path: notebook,
    limit: 2
  };
  const page = await trail.source.ask(notebook, 'search_runs', { query });
  return page.runs.map(run => run.run_id).reverse();
}

function addCopies({ app, trail, trans }: Doors): void {
  const shown = (args: Parameters<typeof idOf>[1]): string =>
    idOf(app, args) || trail.model.detail.runId;
  app.commands.addCommand(CommandIDs.copyRunLink, {
    label: trans.__('Copy Link to Run'),
    caption: trans.__('Copy an address that shows this run'),
    describedBy: AT_POINTER_ONLY,
    isEnabled: args => shown(args) !== '',
    execute: args => {
      const { notebook } = given(app, args);
      const place = {
        notebook:
          typeof notebook === 'string' ? notebook : trail.model.notebook,
        runId: shown(args)
      };
      Clipboard.copyToSystem(linkTo(place));
      Notification.success(trans.__('Link copied'), { autoClose: 2000 });
    }
  });
  app.commands.addCommand(CommandIDs.copyRunId, {
    label: trans.__('Copy Run ID'),
    caption: trans.__('Copy the id that commands and cells take'),
    describedBy: AT_POINTER_ONLY,
    isEnabled: args => shown(args) !== '',
    execute: args => {
      Clipboard.copyToSystem(shown(args));
    }
  });
}
