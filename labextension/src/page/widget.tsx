/** The content of a run's page. */
import type { JSX } from 'react';
import { MainView } from '../elements/mainview';
import type { PageModel } from '../model/page';
import { SectionsContext } from '../run/context';
import { Body } from './body';
import type { PageContext } from './context';
import { Context } from './context';
import { KeptFolds } from './folds';

/** One run in the main area. */
export class RunPage extends MainView<PageModel> {
  private readonly context: PageContext;

  constructor(context: Omit<PageContext, 'announce' | 'folds' | 'heading'>) {
    super(context.model, 'ct-Page', context.trans.__('Run'));
    this.context = {
      ...context,
      heading: 'h2',
      folds: new KeptFolds(),
      announce: this.announce
    };
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
