/** Help as a plugin: `?` in a view of celltrail shows its keys; the documentation opens beside it. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import {
  Dialog,
  ICommandPalette,
  ReactWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { createElement } from 'react';
import { CommandIDs } from '../commands';
import { showView } from '../elements/place';
import { ITrail } from '../tokens';
import { Keys } from './dialog';
import type { KeyWords, ViewKeys } from './keys';
import { viewKeys } from './keys';
import type { Pages } from './pages';
import { pagesView } from './pages';

const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]';

export const helpPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:help',
  description:
    'The keys of each view, and the documentation that ships with celltrail.',
  autoStart: true,
  requires: [ITrail, IRenderMimeRegistry],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    trail: ITrail,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('celltrail');
    addDocumentation(app, trail, rendermime, trans, restorer);
    addKeys(app, trans);
    const category = trans.__('Trail');
    palette?.addItem({ command: CommandIDs.keys, category });
    palette?.addItem({ command: CommandIDs.documentation, category });
  }
};

function addDocumentation(
  app: JupyterFrontEnd,
  trail: ITrail,
  rendermime: IRenderMimeRegistry,
  trans: TranslationBundle,
  restorer: ILayoutRestorer | null
): void {
  const views = new WidgetTracker<MainAreaWidget<Pages>>({
    namespace: 'celltrail-docs'
  });
  app.commands.addCommand(CommandIDs.documentation, {
    label: trans.__('celltrail Documentation'),
    caption: trans.__(
      'Read the documentation that was installed with celltrail'
    ),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          page: {
            type: 'string',
            description: 'The page to show, as “compare”'
          }
        }
      }
    },
    execute: async ({ page }) => {
      const view =
        views.currentWidget ?? pagesView(trail.source, rendermime, trans);
      if (!views.has(view)) {
        await views.add(view);
      }
      showView(app, view, 'Documentation');
      await view.content.open(typeof page === 'string' ? page : '');
      await views.save(view);
    }
  });
  void restorer?.restore(views, {
    command: CommandIDs.documentation,
    args: view => ({ page: view.content.page }),
    name: () => 'docs'
  });
}

function addKeys(app: JupyterFrontEnd, trans: TranslationBundle): void {
  app.commands.addCommand(CommandIDs.keys, {
    label: trans.__('Keys of the Trail'),
    caption: trans.__('Show the keys of the view that has the focus'),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => showKeys(app, trans)
  });
  // By the character, not by a shortcut: where “?” is on the keyboard differs from layout to layout.
  document.addEventListener('keydown', event => {
    const { target } = event;
    const isAsked =
      event.key === '?' &&
      target instanceof Element &&
      !target.matches(TYPED_INTO) &&
      viewOf(target, viewKeys(trans)) !== null;
    if (isAsked) {
      event.preventDefault();
      event.stopPropagation();
      void app.commands.execute(CommandIDs.keys);
    }
  });
}

function viewOf(
  element: Element | null,
  views: readonly ViewKeys[]
): ViewKeys | null {
  return views.find(({ selector }) => element?.closest(selector)) ?? null;
}

async function showKeys(
  app: JupyterFrontEnd,
  trans: TranslationBundle
): Promise<void> {
  const views = viewKeys(trans);
  const inFront = app.shell.currentWidget?.node.querySelector('[class^="ct-"]');
  const view =
    viewOf(document.activeElement, views) ?? viewOf(inFront ?? null, views);
  const dialog = new Dialog({
    title: trans.__('Keys of the Trail'),
    body: ReactWidget.create(
      createElement(Keys, {
        view,
        everywhere: everywhere(app, trans),
        others: views.filter(each => each !== view),
        trans,
        onPage: page => {
          dialog.resolve();
          void app.commands.execute(CommandIDs.documentation, { page });
        }
      })
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  await dialog.launch();
}

/** The keys that celltrail's commands have now, by default or by the reader's settings. */
function everywhere(
  app: JupyterFrontEnd,
  trans: TranslationBundle
): KeyWords[] {
  const { commands } = app;
  const bound = commands.keyBindings
    .filter(
      each =>
        each.command.startsWith('celltrail:') && !each.selector.includes('.ct-')
    )
    .map(each => ({
      keys: CommandRegistry.formatKeystroke(each.keys),
      does: commands.label(each.command, each.args)
    }));
  return [
    {
      keys: '?',
      does: trans.__('Show the keys of the view that has the focus')
    },
    ...bound
  ];
}
