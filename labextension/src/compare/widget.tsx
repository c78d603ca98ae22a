/** The comparison's place in JupyterLab's main area. */
import type { JSX } from 'react';
import { MainView } from '../elements/mainview';
import type { CompareModel } from '../model/compare';
import { Body } from './body';
import type { CompareContext } from './context';
import { Context } from './context';

/** The content of the main area's widget. */
export class Comparison extends MainView<CompareModel> {
  private readonly context: CompareContext;

  constructor(context: Omit<CompareContext, 'announce'>) {
    const { model, trans } = context;
    super(model, 'ct-Compare', trans.__('Comparison of runs'));
    this.context = { ...context, announce: this.announce };
  }

  protected render(): JSX.Element {
    return (
      <Context.Provider value={this.context}>
        <Body announcer={this.announcer} />
      </Context.Provider>
    );
  }
}
