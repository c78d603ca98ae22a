/** The page of a run as a plugin: its command, its addresses, and its return after a reload. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { WidgetTracker } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { AT_POINTER, CommandIDs, given, idOf } from '../commands';
import { showView } from '../elements/place';
import type { PagePlace } from '../model/page';
import { ITrail } from '../tokens';
import { LINK_ARGUMENT, readLink } from './link';
import type { Pages } from './opening';
import type { RunPage } from './widget';

const DOMAIN = 'celltrail';
const ARGUMENTS = {
  type: 'object',
  properties: {
    run_id: { type: 'string', description: 'The id of the run' },
    notebook: {
      type: 'string',
      description:
        'A contents path whose project has it; by default that of the notebook in front'
    },
    at_pointer: AT_POINTER
  }
} as const;

export const pagePlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:page',
  description: 'One run in the main area: everything that was captured of it.',
  autoStart: true,
  requires: [ITrail, INotebookTracker, IRenderMimeRegistry],
  optional: [ITranslator, ILayoutRestorer, IRouter, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    notebooks: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    languages: IEditorLanguageRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages: Pages = new WidgetTracker({ namespace: 'celltrail-run' });
    const doors = { app, trail, notebooks, rendermime, trans, languages };
    app.commands.addCommand(CommandIDs.openRun, {
      label: trans.__('Run Page'),
      caption: trans.__('Show everything of one run on a page of its own'),
      describedBy: { args: ARGUMENTS },
      isEnabled: args => idOf(app, args) !== '',
      execute: async args => {
        const place = placeOf(given(app, args), trail.model.notebook);
        const isIt = (page: MainAreaWidget<RunPage>): boolean =>
          nameOf(page.content.model.place) === nameOf(place);
        // the page's code is loaded with the first page
        const { openPage } =
          pages.find(isIt) === undefined
            ? await import('./opening')
            : { openPage: undefined };
        const page = pages.find(isIt) ?? openPage?.(doors, pages, place);
        if (page !== undefined) {
          showView(app, page, 'Run');
        }
      }
    });
    followLinks(app, router, trans);
    void restorer?.restore(pages, {
      command: CommandIDs.openRun,
      args: ({ content: { model } }) => ({
        notebook: model.place.notebook,
        run_id: model.place.runId
      }),
      name: ({ content: { model } }) => nameOf(model.place)
    });
  }
};

function placeOf(args: ReadonlyPartialJSONObject, notebook: string): PagePlace {
  return {
    notebook: typeof args.notebook === 'string' ? args.notebook : notebook,
    runId: typeof args.run_id === 'string' ? args.run_id : ''
  };
}

function nameOf(place: PagePlace): string {
  return `${place.notebook}:${place.runId}`;
}

/** An address that names a run shows it once the layout is there. */
function followLinks(
  app: JupyterFrontEnd,
  router: IRouter | null,
  trans: TranslationBundle
): void {
  router?.register({
    command: CommandIDs.openRunLink,
    pattern: new RegExp(`[?&]${LINK_ARGUMENT}=`)
  });
  app.commands.addCommand(CommandIDs.openRunLink, {
    label: trans.__('Run of an Address'),
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
        await app.commands.execute(CommandIDs.openRun, args);
      }
    }
  });
}
