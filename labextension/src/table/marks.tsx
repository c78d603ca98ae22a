/** What stands above the grid while runs are marked: what can be done with all of them. */
import type { JSX } from 'react';
import { useChanges } from '../elements/hooks';
import { formatCount } from '../model/format';
import { useTable } from './context';

/** The bar of the marked runs; nothing while none is marked. */
export function MarksBar(): JSX.Element | null {
  const { model, trans, actions } = useTable();
  const { selection, view } = model;
  useChanges(selection);
  const count = selection.size;
  if (count === 0) {
    return null;
  }
  const button = (label: string, act: (ids: string[]) => void): JSX.Element => (
    <button
      type="button"
      className="ct-Button"
      onClick={() => act(selection.ids)}
    >
      {label}
    </button>
  );
  return (
    <div
      className="ct-Marks"
      role="toolbar"
      aria-label={trans.__('Selected runs')}
    >
      <span role="status">
        {trans._n('%2 selected', '%2 selected', count, formatCount(count))}
      </span>
      {actions.canCompare &&
        button(trans.__('Compare'), ids => actions.compare(ids))}
      {button(trans.__('Tag…'), ids => void actions.askTag(ids))}
      {button(trans.__('Star'), ids => void actions.star(ids, true))}
      {button(trans.__('Unstar'), ids => void actions.star(ids, false))}
      {view.shelf !== 'archived' &&
        button(trans.__('Archive'), ids => void actions.archive(ids, true))}
      {view.shelf !== 'active' &&
        button(trans.__('Restore'), ids => void actions.archive(ids, false))}
      <button
        type="button"
        className="ct-Link"
        onClick={() => selection.clear()}
      >
        {trans.__('Clear the selection')}
      </button>
    </div>
  );
}
