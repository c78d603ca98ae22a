/** The comparison as a plugin: its command, and its return after a reload. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { Clipboard, IThemeManager, WidgetTracker } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../commands';
import { mainArea } from '../elements/mainview';
import { showView } from '../elements/place';
import { compareIcon } from '../icons';
import type { ComparePlace } from '../model/compare';
import { CompareModel } from '../model/compare';
import { ITrail } from '../tokens';
import type { CompareContext } from './context';
import { Comparison } from './widget';

const DOMAIN = 'celltrail';
const ARGUMENTS = {
  type: 'object',
  properties: {
    run_ids: {
      type: 'array',
      items: { type: 'string' },
      description: 'Two to twenty runs; the others are compared with the first'
    },
    notebook: {
      type: 'string',
      description:
        'A contents path whose project has them; by default that of the notebook in front'
    }
  },
  required: ['run_ids']
} as const;

type Comparisons = WidgetTracker<MainAreaWidget<Comparison>>;

export const comparePlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:compare',
  description: 'Runs side by side in the main area: what differs, and why.',
  autoStart: true,
  requires: [ITrail, IRenderMimeRegistry],
  optional: [
    ITranslator,
    ILayoutRestorer,
    IEditorLanguageRegistry,
    IThemeManager
  ],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    languages: IEditorLanguageRegistry | null,
    themes: IThemeManager | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const views: Comparisons = new WidgetTracker({
      namespace: 'celltrail-compare'
    });
    const parts = {
      trans,
      rendermime,
      languages,
      themes,
      copy: (text: string): void => Clipboard.copyToSystem(text)
    };
    app.commands.addCommand(CommandIDs.compare, {
      label: trans.__('Compare Runs'),
      caption: trans.__('Show what differs between runs, and why'),
      icon: compareIcon,
      describedBy: { args: ARGUMENTS },
      isEnabled: args => readIds(args).length > 0,
      execute: args => {
        const notebook =
          typeof args.notebook === 'string'
            ? args.notebook
            : trail.model.notebook;
        const place = { notebook, runIds: readIds(args) };
        const there = views.find(
          ({ content: { model } }) => nameOf(model.place) === nameOf(place)
        );
        const view =
          there ??
          newView(app, views, new CompareModel(trail.source, place), parts);
        showView(app, view, 'Comparison');
      }
    });
    void restorer?.restore(views, {
      command: CommandIDs.compare,
      args: ({ content: { model } }) => ({
        notebook: model.place.notebook,
        run_ids: [...model.place.runIds]
      }),
      name: ({ content: { model } }) => nameOf(model.place)
    });
  }
};

function readIds(args: ReadonlyPartialJSONObject): string[] {
  const given = args.run_ids;
  return Array.isArray(given)
    ? given.filter((each): each is string => typeof each === 'string')
    : [];
}

function newView(
  app: JupyterFrontEnd,
  views: Comparisons,
  model: CompareModel,
  parts: Omit<CompareContext, 'announce' | 'model' | 'openRun' | 'showRuns'>
): MainAreaWidget<Comparison> {
  const { notebook } = model.place;
  const content = new Comparison({
    ...parts,
    model,
    openRun: runId => {
      void app.commands.execute(CommandIDs.openRun, {
        run_id: runId,
        notebook
      });
    },
    showRuns: () => {
      void app.commands.execute(CommandIDs.openTable, { notebook });
    }
  });
  const view = mainArea(content, {
    id: `celltrail-compare-${nextNumber++}`,
    icon: compareIcon,
    label: parts.trans.__(
      'Compare %1',
      model.place.runIds.map(id => id.slice(0, 4)).join(' ')
    )
  });
  void views.add(view);
  void model.load();
  return view;
}

let nextNumber = 1;

function nameOf(place: ComparePlace): string {
  return `${place.notebook}:${place.runIds.join(',')}`;
}
