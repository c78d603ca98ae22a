/** The content of a run's page. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { Announcer } from '../elements/announcer';
import type { PageModel } from '../model/page';
import { SectionsContext } from '../run/context';
import { Body } from './body';
import type { PageContext } from './context';
import { Context } from './context';
import { KeptFolds } from './folds';

/** One run in the main area. It owns its model. */
export class RunPage extends ReactWidget {
  private readonly announcer = new Announcer();
  private readonly context: PageContext;

  constructor(context: Omit<PageContext, 'announce' | 'folds' | 'heading'>) {
    super();
    this.context = {
      ...context,
      heading: 'h2',
      folds: new KeptFolds(),
      announce: text => this.announcer.say(text)
    };
    this.addClass('ct-Page');
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Run'));
  }

  get model(): PageModel {
    return this.context.model;
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
