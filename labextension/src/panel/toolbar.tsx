/** Above the list: which runs, the search box, and two buttons. */
import {
  filterIcon,
  pauseIcon,
  refreshIcon,
  runIcon
} from '@jupyterlab/ui-components';
import type { JSX, KeyboardEvent } from 'react';
import { IconButton } from '../elements/button';
import { SearchBox as SearchInput } from '../elements/searchbox';
import { tableIcon } from '../icons';
import { baseName } from '../model/format';
import type { Scope } from '../model/trail';
import { usePanel } from './context';

/** The top of the panel. */
export function Toolbar(): JSX.Element {
  const { model, trans, openTable } = usePanel();
  const isPaused = model.tracking?.is_paused ?? false;
  return (
    <div className="ct-Toolbar">
      <div className="ct-Toolbar-row">
        <ScopeSwitch />
        <IconButton
          icon={isPaused ? runIcon : pauseIcon}
          label={
            isPaused ? trans.__('Resume tracking') : trans.__('Pause tracking')
          }
          isDisabled={model.tracking?.is_enabled !== true}
          onClick={() => {
            void model.setPaused(!isPaused).catch(() => undefined);
          }}
        />
        <IconButton
          icon={tableIcon}
          label={trans.__('Open as table')}
          onClick={openTable}
        />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh')}
          onClick={() => void model.refresh()}
        />
      </div>
      <SearchBox />
    </div>
  );
}

function ScopeSwitch(): JSX.Element {
  const { model, trans } = usePanel();
  const choice = (scope: Scope, text: string, caption: string): JSX.Element => (
    <button
      type="button"
      className="ct-Switch-choice"
      aria-pressed={model.scope === scope}
      disabled={scope === 'notebook' && model.notebook === ''}
      title={caption}
      onClick={() => void model.setScope(scope)}
    >
      {text}
    </button>
  );
  return (
    <div
      className="ct-Switch"
      role="group"
      aria-label={trans.__('Which runs to list')}
    >
      {choice(
        'notebook',
        trans.__('Notebook'),
        model.notebook === ''
          ? trans.__('No notebook is open')
          : trans.__('Runs of %1', baseName(model.notebook))
      )}
      {choice(
        'project',
        trans.__('Project'),
        trans.__('Runs of the whole project %1', model.project?.root ?? '')
      )}
    </div>
  );
}

function SearchBox(): JSX.Element {
  const { model, trans } = usePanel();
  const label = model.isFilter
    ? trans.__('Filter runs by an expression')
    : trans.__('Search runs');
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape' && model.text !== '') {
      model.search('', model.isFilter);
      event.stopPropagation();
    } else if (event.key === 'ArrowDown') {
      const body = event.currentTarget.closest('.ct-Body');
      body?.querySelector<HTMLElement>('.ct-List')?.focus();
      event.preventDefault();
    }
  };
  return (
    <SearchInput
      label={label}
      trans={trans}
      title={
        model.isFilter
          ? trans.__(
              "For example: metrics.rmse < 1 and params.alpha = '0.1' and attributes.status = 'finished'"
            )
          : ''
      }
      placeholder={model.isFilter ? 'metrics.rmse < 1' : label}
      value={model.text}
      onChange={text => model.search(text, model.isFilter)}
      onClear={() => model.search('', model.isFilter)}
      onKeyDown={onKeyDown}
    >
      <IconButton
        icon={filterIcon}
        label={trans.__('Filter expression')}
        isPressed={model.isFilter}
        onClick={() => model.search(model.text, !model.isFilter)}
      />
    </SearchInput>
  );
}
