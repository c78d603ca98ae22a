/** What the views of the main area have in common: a model of their own, a name, and a voice. */
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';
import { Announcer } from './announcer';

/** The content of a widget of the main area. It owns its model. */
export abstract class MainView<
  M extends { dispose(): void }
> extends ReactWidget {
  protected readonly announcer = new Announcer();

  /**
   * @param className - Its own class, beside that of all.
   * @param label - What it is, for screen readers.
   */
  constructor(
    readonly model: M,
    className: string,
    label: string
  ) {
    super();
    this.addClass('ct-View');
    this.addClass(className);
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', label);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.announcer.dispose();
      super.dispose();
      this.model.dispose();
    }
  }

  protected override onActivateRequest(): void {
    this.node.focus({ preventScroll: true });
  }

  /** Say something to screen readers. */
  protected readonly announce = (text: string): void => {
    this.announcer.say(text);
  };
}

/** A widget of the main area whose content has buttons of its own. */
export function mainArea<W extends Widget>(
  content: W,
  { id, icon, label }: { id: string; icon: LabIcon; label: string }
): MainAreaWidget<W> {
  const view = new MainAreaWidget({ content });
  view.id = id;
  view.toolbar.hide();
  view.title.icon = icon;
  view.title.label = label;
  view.title.closable = true;
  return view;
}
