/** The table's place in JupyterLab's main area. */
import type { JSX } from 'react';
import type { Announcer } from '../elements/announcer';
import { focusWhenDrawn } from '../elements/focus';
import { MainView } from '../elements/mainview';
import type { Marking, Marks } from '../elements/marks';
import type { TableModel } from '../model/table/table';
import { Body } from './body';
import type { TableContext } from './context';
import { Context } from './context';
import { useEditing } from './editing';

/** The content of the main area's widget. */
export class RunsTable extends MainView<TableModel> implements Marking {
  private readonly context: Omit<TableContext, 'editing'>;

  constructor(context: Omit<TableContext, 'announce' | 'editing'>) {
    const { model, trans } = context;
    super(model, 'ct-Table', trans.__('Runs table'));
    this.context = { ...context, announce: this.announce };
    this.node.tabIndex = -1; // the grid in it is where the keyboard goes
  }

  /** The runs that are marked in it. */
  get marks(): Marks {
    return {
      notebook: this.model.place.notebook,
      runIds: this.model.selection.ids
    };
  }

  protected override onActivateRequest(): void {
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
