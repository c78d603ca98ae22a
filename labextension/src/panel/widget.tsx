/** The panel's place in JupyterLab's left sidebar. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { JSX } from 'react';
import { trailIcon } from '../icons';
import { Body } from './body';
import { Context } from './context';
import type { PanelContext } from './context';
import { Announcer } from '../elements/announcer';
import { focusWhenDrawn } from '../elements/focus';
import { SectionsContext } from '../run/context';
import type { Marking, Marks } from '../elements/marks';

/** The Trail panel. */
export class TrailPanel extends ReactWidget implements Marking {
  private readonly announcer = new Announcer();
  private readonly context: PanelContext;

  constructor(context: Omit<PanelContext, 'announce'>) {
    super();
    this.context = {
      ...context,
      announce: text => this.announcer.say(text)
    };
    this.id = 'celltrail-trail';
    this.addClass('ct-Panel');
    this.node.tabIndex = -1;
    this.title.icon = trailIcon;
    this.title.caption = context.trans.__('Trail');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Trail'));
  }

  /** The runs that are marked in it. */
  get marks(): Marks {
    const { model } = this.context;
    return { notebook: model.notebook, runIds: model.marked.ids };
  }

  override dispose(): void {
    this.announcer.dispose();
    super.dispose();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    focusWhenDrawn(
      this.node,
      '.ct-Detail, .ct-Front:not(.ct-mod-covered) .ct-List'
    );
  }

  protected render(): JSX.Element {
    return (
      <Context.Provider value={this.context}>
        <SectionsContext.Provider value={this.context}>
          <Body announcer={this.announcer} />
        </SectionsContext.Provider>
      </Context.Provider>
    );
  }
}
