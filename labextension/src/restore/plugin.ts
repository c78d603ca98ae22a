/** The restore of a run as a plugin: its command, and what its buttons do. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  Notification
} from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { RunSummary } from '../api';
import { AT_POINTER, CommandIDs, given, idOf } from '../commands';
import { showView } from '../elements/place';
import { findNotebook, isReadOnly, presentCells } from '../elements/cells';
import { Languages } from '../elements/languages';
import { TrailFailure } from '../model/failure';
import { planChanges, replacedText, RestoreModel } from '../model/restore';
import { runName } from '../model/words';
import { goToCell, openCopy } from '../navigate';
import { ITrail } from '../tokens';
import { applyChanges } from './apply';
import { NotebookWatch } from './watch';
import { RestoreView } from './widget';

const DOMAIN = 'celltrail';
const SHOWN_MS = 12_000;

export const restorePlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:restore',
  description: 'What a run executed, put back into a notebook.',
  autoStart: true,
  requires: [ITrail, INotebookTracker],
  optional: [ITranslator, ICommandPalette, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    registry: IEditorLanguageRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const languages = new Languages(registry);
    const runOf = (args: ReadonlyPartialJSONObject): RunSummary | null => {
      const { model } = trail;
      return model.known(idOf(app, args) || model.detail.runId);
    };
    app.commands.addCommand(CommandIDs.restoreRun, {
      label: trans.__('Restore Run…'),
      caption: trans.__(
        'Put back what a run executed, by default the run that the panel shows; you see first what would change'
      ),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            run_id: { type: 'string', description: 'The id of the run' },
            at_pointer: AT_POINTER,
            notebook: {
              type: 'string',
              description:
                'A contents path whose project has the run, where the panel does not know it'
            }
          }
        }
      },
      isEnabled: args =>
        typeof given(app, args).notebook === 'string' || runOf(args) !== null,
      execute: async args => {
        const run = runOf(args) ?? (await askFor(trail, given(app, args)));
        if (run !== null) {
          open({ app, trail, tracker, trans, languages }, run);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.restoreRun,
      category: trans.__('Trail')
    });
  }
};

/** A run that the panel does not know, of the project that a notebook belongs to. */
async function askFor(
  { source }: ITrail,
  args: ReadonlyPartialJSONObject
): Promise<RunSummary | null> {
  const { run_id: runId, notebook } = args;
  if (typeof runId !== 'string' || typeof notebook !== 'string') {
    return null;
  }
  try {
    return (await source.ask(notebook, 'get_run', { run_id: runId })).run;
  } catch (reason) {
    Notification.error(TrailFailure.of(reason).message);
    return null;
  }
}

interface Doors {
  app: JupyterFrontEnd;
  trail: ITrail;
  tracker: INotebookTracker;
  trans: TranslationBundle;
  languages: Languages;
}

function open(doors: Doors, run: RunSummary): void {
  const { app, trail, tracker, trans, languages } = doors;
  const id = `celltrail-restore-${run.run_id}`;
  for (const area of ['main', 'down']) {
    for (const widget of app.shell.widgets(area)) {
      if (widget.id === id) {
        showView(app, widget, 'Restore');
        return;
      }
    }
  }
  const path = run.notebook_path;
  const found = (): ReturnType<typeof findNotebook> =>
    findNotebook(tracker, path);
  // A notebook outside the server's root names no project here.
  const model = new RestoreModel(
    trail.source,
    path.startsWith('/') ? trail.model.notebook : path,
    run
  );
  const changes = (): ReturnType<typeof planChanges> => {
    const panel = found();
    return panel === null
      ? []
      : planChanges(model.plan?.cells ?? [], presentCells(panel));
  };
  const load = (isFull: boolean): void => {
    void model.load(isFull).then(look);
  };
  const view = new RestoreView({
    model,
    load,
    trans,
    title: runName(run, trans),
    path,
    isOpen: () => found() !== null,
    isReadOnly: () => {
      const panel = found();
      return panel !== null && isReadOnly(panel);
    },
    changes,
    language: () => languages.of(found()),
    openNotebook: () => {
      void goToCell(app, tracker, run).then(arrival => {
        if (arrival === 'missing') {
          Notification.warning(
            trans.__('%1 cannot be opened from here.', path),
            { autoClose: SHOWN_MS }
          );
        }
      });
    },
    apply: wanted => {
      const panel = found();
      if (panel === null) {
        return;
      }
      // Between the drawing and the click the notebook may have been edited.
      const now = changes().filter(({ kind }) => kind !== 'same');
      if (replacedText(now) !== replacedText(wanted)) {
        Notification.info(
          trans.__('The notebook was edited meanwhile: look at it again.'),
          { autoClose: SHOWN_MS }
        );
        look();
        return;
      }
      app.shell.activateById(panel.id);
      tell(applyChanges(panel, now), trans);
    },
    write: async () => {
      try {
        const question = { run_id: run.run_id, is_full: model.isFull };
        const made = await trail.source.restoredNotebook(
          model.notebook,
          question
        );
        await openCopy(app, run, made, 'restored');
        return '';
      } catch (reason) {
        return TrailFailure.of(reason).message;
      }
    }
  });
  const look = (): void => {
    const panel = found();
    if (panel !== null) {
      languages.learn(panel);
    }
    view.update();
    void model.lookForUnexecuted(path, changes());
  };
  const watch = new NotebookWatch(tracker, path, look);
  const redraw = (): void => view.update();
  languages.changed.connect(redraw);
  view.disposed.connect(() => {
    watch.dispose();
    languages.changed.disconnect(redraw);
  });
  const widget = new MainAreaWidget({ content: view });
  widget.id = id;
  widget.toolbar.hide();
  showView(app, widget, 'Restore');
  load(false);
}

/** Say what was done, with the way back. */
function tell(
  applied: ReturnType<typeof applyChanges>,
  trans: TranslationBundle
): void {
  const undo = (): void => {
    const left = applied.undo();
    if (left > 0) {
      Notification.info(
        trans._n(
          '%1 cell was edited or removed since and stays as it is.',
          '%1 cells were edited or removed since and stay as they are.',
          left
        ),
        { autoClose: SHOWN_MS }
      );
    }
  };
  const replaced = trans._n(
    '%1 cell replaced',
    '%1 cells replaced',
    applied.replaced
  );
  Notification.success(
    trans.__('Restored: %1, %2 inserted.', replaced, applied.inserted),
    {
      actions: [{ label: trans.__('Undo'), callback: undo }],
      autoClose: false
    }
  );
}
