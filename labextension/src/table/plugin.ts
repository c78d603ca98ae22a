/** The runs table as a plugin: its command, its place in the palette, and its return after a reload. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../commands';
import { mainArea } from '../elements/mainview';
import { showView } from '../elements/place';
import { tableIcon } from '../icons';
import { baseName } from '../model/format';
import type { TablePlace } from '../model/table/place';
import { TableModel } from '../model/table/table';
import type { TableView } from '../model/table/view';
import { readView, writeView } from '../model/table/view';
import { ITrail } from '../tokens';
import { TableActions } from './actions';
import { LINK_ARGUMENT, readLink } from './link';
import { RunsTable } from './widget';

const DOMAIN = 'celltrail';
const ARGUMENTS = {
  type: 'object',
  properties: {
    notebook: {
      type: 'string',
      description:
        'A contents path whose project is shown; by default that of the notebook in front'
    },
    is_notebook_only: {
      type: 'boolean',
      description: 'Only the runs of this notebook'
    },
    view: {
      type: 'object',
      description:
        'What to show: filter, text, order, group, columns, as a saved view has it'
    }
  }
} as const;

type Tables = WidgetTracker<MainAreaWidget<RunsTable>>;

export const tablePlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:table',
  description: 'The runs of a project as a table in the main area.',
  autoStart: true,
  requires: [ITrail],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, IRouter, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    launcher: ILauncher | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tables: Tables = new WidgetTracker({ namespace: 'celltrail-table' });
    app.commands.addCommand(CommandIDs.openTable, {
      label: trans.__('Runs Table'),
      caption: trans.__('Show the runs of the project as a table'),
      icon: tableIcon,
      describedBy: { args: ARGUMENTS },
      execute: args => open(app, trail, tables, trans, args)
    });
    const shown = {
      command: CommandIDs.openTable,
      category: trans.__('Trail')
    };
    palette?.addItem(shown);
    launcher?.add(shown);
    followLinks(app, router, trans);
    void restorer?.restore(tables, {
      command: CommandIDs.openTable,
      args: ({ content: { model } }) => ({
        notebook: model.place.notebook,
        is_notebook_only: model.place.isNotebookOnly,
        view: JSON.parse(writeView(model.view)) as ReadonlyPartialJSONObject
      }),
      name: ({ content: { model } }) => nameOf(model.place)
    });
  }
};

/** An address that names a table shows it once the layout is there. */
function followLinks(
  app: JupyterFrontEnd,
  router: IRouter | null,
  trans: TranslationBundle
): void {
  router?.register({
    command: CommandIDs.openLink,
    pattern: new RegExp(`[?&]${LINK_ARGUMENT}=`)
  });
  app.commands.addCommand(CommandIDs.openLink, {
    label: trans.__('Runs Table of an Address'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          search: { type: 'string', description: 'The query of the address' }
        }
      }
    },
    execute: async ({ search }) => {
      const args = readLink(typeof search === 'string' ? search : '');
      if (args !== null) {
        await app.restored;
        await app.commands.execute(CommandIDs.openTable, args);
      }
    }
  });
}

function open(
  app: JupyterFrontEnd,
  trail: ITrail,
  tables: Tables,
  trans: TranslationBundle,
  args: ReadonlyPartialJSONObject
): void {
  const place: TablePlace = {
    notebook:
      typeof args.notebook === 'string' ? args.notebook : trail.model.notebook,
    isNotebookOnly: args.is_notebook_only === true
  };
  const view = args.view === undefined ? null : readView(args.view);
  const there = tables.find(
    ({ content: { model } }) => nameOf(model.place) === nameOf(place)
  );
  if (there !== undefined && view !== null) {
    there.content.model.setView(view);
  }
  const table =
    there ?? newTable(app, trail, tables, trans, place, view ?? readView(null));
  showView(app, table, 'Runs table');
}

function newTable(
  app: JupyterFrontEnd,
  trail: ITrail,
  tables: Tables,
  trans: TranslationBundle,
  place: TablePlace,
  view: TableView
): MainAreaWidget<RunsTable> {
  const model = new TableModel(trail.source, place, trail.model, view);
  const id = `celltrail-table-${nextNumber++}`;
  const content = new RunsTable({
    model,
    trans,
    id,
    actions: new TableActions(app, model, trans)
  });
  const table = mainArea(content, {
    id,
    icon: tableIcon,
    label: place.isNotebookOnly
      ? trans.__('Runs of %1', baseName(place.notebook))
      : trans.__('Runs')
  });
  model.viewChanged.connect(() => void tables.save(table));
  void tables.add(table);
  void model.start();
  return table;
}

let nextNumber = 1;

function nameOf(place: TablePlace): string {
  return `${place.isNotebookOnly ? 'notebook' : 'project'}:${place.notebook}`;
}
