/** The panel's place in JupyterLab's left sidebar. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { trailIcon } from '../icons';
import { Body } from './body';
import { Context } from './context';
import type { PanelContext } from './context';
import { Announcer } from '../elements/announcer';
import { SectionsContext } from '../run/context';

/** The Trail panel. */
export class TrailPanel extends ReactWidget {
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
    this.title.icon = trailIcon;
    this.title.caption = context.trans.__('Trail');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Trail'));
  }

  override dispose(): void {
    this.announcer.dispose();
    super.dispose();
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
