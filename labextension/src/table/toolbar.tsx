/** Above the grid: the search, the filter, and what changes the view. */
import { linkIcon, refreshIcon, settingsIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { IconButton } from '../elements/button';
import { SearchBox } from '../elements/searchbox';
import { starIcon } from '../icons';
import { useTable } from './context';
import { FilterBox } from './filterbox';
import { GroupBox } from './groupbox';
import { ShelfBox, ViewsButton } from './viewbox';

/** The bar. */
export function Toolbar(props: {
  isChoosing: boolean;
  onChoose: () => void;
}): JSX.Element {
  const { model, trans, actions } = useTable();
  return (
    <div className="ct-Table-bar">
      <div className="ct-Table-line">
        <TextBox />
        <FilterBox />
      </div>
      <div className="ct-Table-line">
        <button
          type="button"
          className="ct-Button ct-mod-icon"
          aria-pressed={props.isChoosing}
          onClick={props.onChoose}
        >
          <settingsIcon.react tag="span" />
          {trans.__('Columns')}
        </button>
        <GroupBox />
        <ShelfBox />
        <IconButton
          icon={starIcon}
          label={trans.__('Only starred runs')}
          isPressed={model.view.isStarredOnly}
          onClick={() =>
            model.setView({ isStarredOnly: !model.view.isStarredOnly })
          }
        />
        <ViewsButton />
        <IconButton
          icon={linkIcon}
          label={trans.__('Copy a link to this view')}
          onClick={() => actions.copyLink()}
        />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh')}
          onClick={() => void model.refresh()}
        />
      </div>
    </div>
  );
}

function TextBox(): JSX.Element {
  const { model, trans } = useTable();
  const { text } = model.view;
  const label = trans.__('Search runs');
  return (
    <SearchBox
      className="ct-Table-search"
      label={label}
      trans={trans}
      value={text}
      onChange={typed => model.setView({ text: typed }, true)}
      onClear={() => model.setView({ text: '' })}
    />
  );
}
