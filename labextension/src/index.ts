/** The extension's plugins: each wires what the others built, and returns. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { RunSummary } from './api';
import { NotebookBadges } from './badge/notebook';
import { TrailClient } from './client/client';
import { comparePlugin } from './compare/plugin';
import { addCommands, CommandIDs } from './commands';
import { codeCell } from './elements/pointed';
import { followLanguage } from './elements/spoken';
import { helpPlugin } from './help/plugin';
import { historyPlugin } from './history/plugin';
import { menusPlugin } from './menus/plugin';
import { TrailFailure } from './model/failure';
import { TrailModel } from './model/trail';
import { arrivalNote, goToCell, openCopy } from './navigate';
import { outputPlugin } from './output/plugin';
import { pagePlugin } from './page/plugin';
import { TrailPanel } from './panel/widget';
import { TrackingItem } from './statusbar/item';
import { restorePlugin } from './restore/plugin';
import { tablePlugin } from './table/plugin';
import { ITrail } from './tokens';

const DOMAIN = 'celltrail';
/** How often a panel that is seen makes sure of the server. */
const PULSE_MS = 10_000;
const TRAIL_ID = '@celltrail/labextension:plugin';

const trailPlugin: JupyterFrontEndPlugin<ITrail> = {
  id: TRAIL_ID,
  description: 'The Trail panel: the runs of the notebook in front, live.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, ISettingRegistry],
  provides: ITrail,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null
  ): ITrail => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const source = new TrailClient(
      app.serviceManager,
      trans.__('The server does not answer')
    );
    const model = new TrailModel(source);
    const visit = (run: RunSummary): void => {
      void goToCell(app, tracker, run).then(arrival => {
        model.detail.note = arrivalNote(arrival, run, trans);
      });
    };
    const panel = new TrailPanel({
      model,
      trans,
      goToCell: visit,
      openReplayNotebook: async (name, run) => {
        try {
          const content = await source.replayNotebook(model.notebook, name);
          await openCopy(app, run, content);
          return '';
        } catch (reason) {
          return TrailFailure.of(reason).message;
        }
      },
      compare: runIds => {
        void app.commands.execute(CommandIDs.compare, {
          notebook: model.notebook,
          run_ids: [...runIds]
        });
      },
      restore: run => {
        void app.commands.execute(CommandIDs.restoreRun, {
          run_id: run.run_id
        });
      },
      openPage: runId => {
        void app.commands.execute(CommandIDs.openRun, {
          run_id: runId,
          notebook: model.notebook
        });
      },
      openTable: () => {
        void app.commands.execute(CommandIDs.openTable, {
          notebook: model.notebook,
          is_notebook_only: model.scope === 'notebook'
        });
      },
      copy: text => Clipboard.copyToSystem(text)
    });
    app.shell.add(panel, 'left', { rank: 350, type: 'Trail' });
    restorer?.add(panel, panel.id);
    const trail: ITrail = {
      model,
      source,
      reveal: runId => {
        app.shell.activateById(panel.id);
        if (runId !== undefined) {
          void model.openRun(runId);
        }
      }
    };
    addCommands(app, trail, visit, trans, palette, isAtPointer => {
      const found = codeCell(app, tracker, isAtPointer);
      return found === null
        ? null
        : { notebook: found.panel.context.localPath, cellId: found.cellId };
    });
    followNotebook(model, tracker);
    followLanguage(tracker, language => model.hearLanguage(language));
    app.serviceManager.connectionFailure.connect(() => model.suspectOffline());
    setInterval(() => {
      if (document.visibilityState === 'visible' && isSeen(app)) {
        model.pulse();
      }
    }, PULSE_MS);
    void app.restored.then(() => followTracking(model, registry));
    return trail;
  }
};

/** Whether any view of the trail is seen: the panel, a table, a comparison, a history. */
function isSeen(app: JupyterFrontEnd): boolean {
  const areas = ['left', 'right', 'main', 'down'];
  return areas.some(area =>
    [...app.shell.widgets(area)].some(
      widget => widget.id.startsWith('celltrail-') && widget.isVisible
    )
  );
}

/** The panel shows the trail of the notebook in front; of the last one while something else is. */
function followNotebook(model: TrailModel, tracker: INotebookTracker): void {
  let followed: NotebookPanel | null = null;
  const follow = (): void => {
    void model.follow(tracker.currentWidget?.context.localPath ?? '');
  };
  const change = (): void => {
    followed?.context.pathChanged.disconnect(follow);
    followed = tracker.currentWidget;
    followed?.context.pathChanged.connect(follow);
    follow();
  };
  tracker.currentChanged.connect(change);
  change();
}

/** Where the setting says so, projects start paused; a change of the setting holds for the project in front. */
async function followTracking(
  model: TrailModel,
  registry: ISettingRegistry | null
): Promise<void> {
  const settings = await registry?.load(TRAIL_ID);
  if (settings === undefined) {
    return;
  }
  const isOn = (): boolean => settings.get('tracking').composite !== false;
  let wasOn = isOn();
  const pause = (): void => {
    if (!isOn()) {
      void model.setPaused(true).catch(() => undefined);
    }
  };
  model.projectChanged.connect(pause);
  if (model.project !== null) {
    pause();
  }
  settings.changed.connect(() => {
    if (isOn() !== wasOn) {
      wasOn = isOn();
      void model.setPaused(!wasOn).catch(() => undefined);
    }
  });
}

const badgesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:badges',
  description: 'A badge on each notebook cell that made a run.',
  autoStart: true,
  requires: [ITrail, INotebookTracker],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const badges = new Map<NotebookPanel, NotebookBadges>();
    let isOn = true;
    const add = (panel: NotebookPanel): void => {
      if (!isOn || badges.has(panel)) {
        return;
      }
      const made = new NotebookBadges(panel, trail.source, trans, run => {
        void app.commands.execute(CommandIDs.showRun, { run_id: run.run_id });
      });
      badges.set(panel, made);
      panel.disposed.connect(() => badges.delete(panel));
    };
    const set = (isWanted: boolean): void => {
      isOn = isWanted;
      if (isOn) {
        tracker.forEach(add);
      } else {
        badges.forEach(each => each.dispose());
        badges.clear();
      }
    };
    tracker.widgetAdded.connect((_, panel) => add(panel));
    trail.model.recovered.connect(() => {
      badges.forEach(each => each.refresh());
    });
    tracker.forEach(add);
    void registry?.load(TRAIL_ID).then(settings => {
      const apply = (): void => set(settings.get('badges').composite !== false);
      settings.changed.connect(apply);
      apply();
    });
  }
};

const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:status',
  description: 'Whether cells are tracked, in the status bar, with a switch.',
  autoStart: true,
  requires: [ITrail],
  optional: [IStatusBar, ITranslator], // Notebook 7 has no status bar
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const item = new TrackingItem(trail.model, trans, () => {
      void app.commands.execute(CommandIDs.toggleTracking);
    });
    statusBar.registerStatusItem('celltrail:tracking', {
      item,
      align: 'left',
      rank: 4
    });
  }
};

export { ITrail } from './tokens';
export default [
  trailPlugin,
  badgesPlugin,
  statusPlugin,
  tablePlugin,
  pagePlugin,
  comparePlugin,
  historyPlugin,
  restorePlugin,
  outputPlugin,
  menusPlugin,
  helpPlugin
];
