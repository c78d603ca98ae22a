/** The table's place in JupyterLab's main area. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { JSX } from 'react';
import { Announcer } from '../elements/announcer';
import { focusWhenDrawn } from '../elements/focus';
import type { Marking, Marks } from '../elements/marks';
import type { TableModel } from '../model/table/table';
import { Body } from './body';
import type { TableContext } from './context';
import { Context } from './context';
import { useEditing } from './editing';

/** The content of the main area's widget. It owns its model. */
export class RunsTable extends ReactWidget implements Marking {
  private readonly announcer = new Announcer();
  private readonly context: Omit<TableContext, 'editing'>;

  constructor(context: Omit<TableContext, 'announce' | 'editing'>) {
    super();
    this.context = {
      ...context,
      announce: text => this.announcer.say(text)
    };
    this.addClass('ct-Table');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Runs table'));
  }

  get model(): TableModel {
    return this.context.model;
  }

  /** The runs that are marked in it. */
  get marks(): Marks {
    return {
      notebook: this.model.place.notebook,
      runIds: this.model.selection.ids
    };
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.announcer.dispose();
      super.dispose();
      this.model.dispose();
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    focusWhenDrawn(this.node, '.ct-Grid');
  }

  protected render(): JSX.Element {
    return <Table context={this.context} announcer={this.announcer} />;
  }
}

function Table(props: {
  context: Omit<TableContext, 'editing'>;
  announcer: Announcer;
}): JSX.Element {
  const editing = useEditing();
  return (
    <Context.Provider value={{ ...props.context, editing }}>
      <Body announcer={props.announcer} />
    </Context.Provider>
  );
}
