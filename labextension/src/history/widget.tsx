/** The side view with the history of a cell. */
import { ReactWidget } from '@jupyterlab/apputils';
import { historyIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { HistoryBody } from './body';
import type { HistoryContext } from './context';
import { Context } from './context';

/** The view; its model's owner disposes of the model. */
export class HistoryPanel extends ReactWidget {
  constructor(private readonly context: HistoryContext) {
    super();
    this.id = 'celltrail-history';
    this.addClass('ct-History');
    this.node.tabIndex = -1;
    this.title.icon = historyIcon;
    this.title.caption = context.trans.__('Cell history');
  }

  /** Put the keyboard into the list, once React has drawn it; into the view where there is none. */
  focusList(): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        const list = this.node.querySelector<HTMLElement>('.ct-History-list');
        (list ?? this.node).focus();
      });
    });
  }

  protected override render(): JSX.Element {
    return (
      <Context.Provider value={this.context}>
        <HistoryBody />
      </Context.Provider>
    );
  }
}
