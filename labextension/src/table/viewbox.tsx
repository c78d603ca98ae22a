/** Which shelf of runs is shown, and the views that were kept. */
import { caretDownIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import type { Shelf } from '../model/table/view';
import { FIRST_VIEW } from '../model/table/view';
import { useTable } from './context';
import type { MenuEntry } from './menu';
import { openMenu } from './menu';

/** The runs at hand, the archive, or both. */
export function ShelfBox(): JSX.Element {
  const { model, trans } = useTable();
  return (
    <select
      className="ct-Shelf"
      aria-label={trans.__('Which runs to list')}
      value={model.view.shelf}
      onChange={event => model.setView({ shelf: event.target.value as Shelf })}
    >
      <option value="active">{trans.__('Active')}</option>
      <option value="archived">{trans.__('Archived')}</option>
      <option value="all">{trans.__('All')}</option>
    </select>
  );
}

/** The menu of views. */
export function ViewsButton(): JSX.Element {
  const { model, trans, actions } = useTable();
  const entries = (): (MenuEntry | null)[] => [
    {
      label: trans.__('First View'),
      act: () => model.setView({ ...FIRST_VIEW, columns: model.firstColumns() })
    },
    ...model.views.map(({ name }) => ({
      label: name,
      act: () => void model.openView(name)
    })),
    null,
    { label: trans.__('Save View…'), act: () => void actions.saveView() },
    {
      label: trans.__('Show Runs of Replays'),
      isToggled: model.view.withReplays,
      act: () => model.setView({ withReplays: !model.view.withReplays })
    },
    ...(model.views.length === 0 ? [] : [null]),
    ...model.views.map(({ name }) => ({
      label: trans.__('Delete View “%1”…', name),
      act: () => void actions.deleteView(name)
    }))
  ];
  return (
    <button
      type="button"
      className="ct-Button ct-mod-icon"
      aria-haspopup="menu"
      onClick={event => openMenu(event.currentTarget, entries())}
    >
      {trans.__('Views')}
      <caretDownIcon.react tag="span" />
    </button>
  );
}
