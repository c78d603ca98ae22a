/** The comparison's place in JupyterLab's main area. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { Announcer } from '../elements/announcer';
import type { CompareModel } from '../model/compare';
import { Body } from './body';
import type { CompareContext } from './context';
import { Context } from './context';

/** The content of the main area's widget. It owns its model. */
export class Comparison extends ReactWidget {
  private readonly announcer = new Announcer();
  private readonly context: CompareContext;

  constructor(context: Omit<CompareContext, 'announce'>) {
    super();
    this.context = {
      ...context,
      announce: text => this.announcer.say(text)
    };
    this.addClass('ct-Compare');
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute(
      'aria-label',
      context.trans.__('Comparison of runs')
    );
  }

  get model(): CompareModel {
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
        <Body announcer={this.announcer} />
      </Context.Provider>
    );
  }
}
