/** Above the grid: the search, the filter, and what changes the view. */
import {
  closeIcon,
  refreshIcon,
  searchIcon,
  settingsIcon
} from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { IconButton } from '../elements/button';
import { useTable } from './context';
import { FilterBox } from './filterbox';

/** The bar. */
export function Toolbar(props: {
  isChoosing: boolean;
  onChoose: () => void;
}): JSX.Element {
  const { model, trans } = useTable();
  return (
    <div className="ct-Table-bar">
      <TextBox />
      <FilterBox />
      <button
        type="button"
        className="ct-Button ct-mod-icon"
        aria-pressed={props.isChoosing}
        onClick={props.onChoose}
      >
        <settingsIcon.react tag="span" />
        {trans.__('Columns')}
      </button>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh')}
        onClick={() => void model.refresh()}
      />
    </div>
  );
}

function TextBox(): JSX.Element {
  const { model, trans } = useTable();
  const { text } = model.view;
  const label = trans.__('Search runs');
  return (
    <div className="ct-Search ct-Table-search">
      <searchIcon.react className="ct-Search-icon" tag="span" />
      <input
        className="ct-Search-input"
        type="text"
        role="searchbox"
        spellCheck={false}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={event => model.setView({ text: event.target.value }, true)}
      />
      {text !== '' && (
        <IconButton
          icon={closeIcon}
          label={trans.__('Clear')}
          onClick={() => model.setView({ text: '' })}
        />
      )}
    </div>
  );
}
