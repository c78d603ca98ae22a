/** The history of cells as a plugin: its side view, its controls at the cells, its command. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { historyIcon } from '@jupyterlab/ui-components';
import { CommandIDs } from '../commands';
import { HistoryModel } from '../model/history';
import { ITrail } from '../tokens';
import { HistoryActions } from './actions';
import { obstacleOf } from '../elements/cells';
import { codeCell } from '../elements/pointed';
import { HistoryControls } from './controls';
import { FollowedCell } from './followed';
import { Languages } from '../elements/languages';
import { HistoryPanel } from './widget';

const DOMAIN = 'celltrail';
const ARGUMENTS = {
  type: 'object',
  properties: {
    at_pointer: {
      type: 'boolean',
      description:
        'The cell on which the context menu was opened, not the active one'
    }
  }
} as const;

export const historyPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:history',
  description: 'What each cell executed before, to compare and to put back.',
  autoStart: true,
  requires: [ITrail, INotebookTracker],
  optional: [
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IEditorLanguageRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: IEditorLanguageRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const model = new HistoryModel(trail.source);
    const followed = new FollowedCell();
    const actions = new HistoryActions(model, followed, trans);
    const languages = new Languages(registry);
    const view = new HistoryPanel({
      model,
      trans,
      language: () => languages.of(followed.panel),
      present: () => followed.source(),
      obstacle: () => obstacleOf(followed.panel, model.cellId),
      restore: (execution, source) => actions.restore(execution, source),
      insertBelow: source => actions.insertBelow(source),
      copy: source => actions.copy(source),
      keep: async execution => {
        const kept = await trail.source.keep(model.notebook, {
          notebook_path: model.notebook,
          cell_id: model.cellId,
          execution_id: execution.execution_id
        });
        trail.reveal(kept.run_id);
        await model.refresh();
      },
      openRun: runId => trail.reveal(runId)
    });
    app.shell.add(view, 'right', { rank: 650, type: 'Cell History' });
    restorer?.add(view, view.id);
    followed.changed.connect(() => view.update());
    followed.renamed.connect((_, path) => void model.rename(path));
    languages.changed.connect(() => view.update());
    trail.model.recovered.connect(() => {
      if (model.cellId !== '') {
        void model.refresh();
      }
    });
    const open = async (
      panel: NotebookPanel,
      cellId: string
    ): Promise<void> => {
      followed.follow(panel, cellId);
      languages.learn(panel);
      app.shell.activateById(view.id);
      await model.open(panel.context.localPath, cellId);
      view.focusList();
    };
    addControls(tracker, panel => {
      return new HistoryControls(panel, trans, cell => {
        void open(panel, cell.model.id);
      });
    });
    app.commands.addCommand(CommandIDs.cellHistory, {
      label: trans.__('Cell History'),
      caption: trans.__(
        'Show what this cell executed before, compare it, and put it back'
      ),
      icon: historyIcon,
      describedBy: { args: ARGUMENTS },
      isEnabled: () => codeCell(app, tracker, false) !== null,
      execute: async args => {
        const active = codeCell(app, tracker, args.at_pointer === true);
        if (active !== null) {
          await open(active.panel, active.cellId);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.cellHistory,
      category: trans.__('Trail')
    });
  }
};

/** A control at each code cell of each notebook, as long as the notebook is open. */
function addControls(
  tracker: INotebookTracker,
  make: (panel: NotebookPanel) => HistoryControls
): void {
  tracker.forEach(make);
  tracker.widgetAdded.connect((_, panel) => {
    make(panel);
  });
}
