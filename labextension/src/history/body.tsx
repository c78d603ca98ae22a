/** The history of one cell: its executions, and the chosen one against the cell as it is. */
import type { JSX } from 'react';
import { refreshIcon } from '@jupyterlab/ui-components';
import { IconButton } from '../elements/button';
import { useChanges } from '../elements/hooks';
import { Message } from '../elements/message';
import { baseName, formatCount } from '../model/format';
import { Chosen } from './chosen';
import { useHistory } from './context';
import { ExecutionList } from './list';

/** All of it. */
export function HistoryBody(): JSX.Element {
  const { model, trans } = useHistory();
  useChanges(model);
  if (model.cellId === '') {
    return (
      <Message title={trans.__('No cell chosen')}>
        <p>
          {trans.__(
            'Choose Cell History in the menu of a code cell, or press its clock.'
          )}
        </p>
      </Message>
    );
  }
  return (
    <>
      <Head />
      <Notes />
      {model.executions.length > 0 ? (
        <>
          <ExecutionList />
          <More />
          {model.selected !== null && <Chosen execution={model.selected} />}
        </>
      ) : (
        <Nothing />
      )}
    </>
  );
}

function Head(): JSX.Element {
  const { model, trans } = useHistory();
  return (
    <header className="ct-History-head">
      <h2>{trans.__('Cell history')}</h2>
      <span className="ct-History-total">
        {trans._n(
          '%2 execution',
          '%2 executions',
          model.total,
          formatCount(model.total)
        )}
      </span>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Ask again')}
        onClick={() => void model.refresh()}
      />
      <span className="ct-History-notebook" title={model.notebook} dir="auto">
        {baseName(model.notebook)}
      </span>
    </header>
  );
}

function Notes(): JSX.Element {
  const { model, trans } = useHistory();
  return (
    <>
      {model.failure !== null && (
        <div className="ct-Note ct-mod-warn" role="alert">
          <span dir="auto">{model.failure.message}</span>
          <button
            type="button"
            className="ct-Link"
            onClick={() => void model.refresh()}
          >
            {trans.__('Try again')}
          </button>
        </div>
      )}
      {model.elsewhere > 0 && (
        <label className="ct-History-elsewhere">
          <input
            type="checkbox"
            checked={model.withElsewhere}
            onChange={event =>
              void model.setWithElsewhere(event.target.checked)
            }
          />
          {trans._n(
            'also %2 execution under another name of the notebook',
            'also %2 executions under other names of the notebook',
            model.elsewhere,
            formatCount(model.elsewhere)
          )}
        </label>
      )}
    </>
  );
}

function More(): JSX.Element | null {
  const { model, trans } = useHistory();
  const left = model.total - model.executions.length;
  if (left <= 0) {
    return null;
  }
  return (
    <button
      type="button"
      className="ct-Link"
      disabled={model.isLoading}
      onClick={() => void model.more()}
    >
      {trans.__('Show older: %1 more', formatCount(left))}
    </button>
  );
}

function Nothing(): JSX.Element {
  const { model, trans, present } = useHistory();
  if (model.isLoading) {
    return <p className="ct-Hint">{trans.__('Reading…')}</p>;
  }
  if (model.failure !== null) {
    return <></>;
  }
  return (
    <Message title={trans.__('Not executed yet')}>
      <p>
        {present() === null
          ? trans.__('This cell is not in an open notebook.')
          : trans.__(
              'Run the cell (Shift Enter): each execution is then listed here with its code, to compare and to restore.'
            )}
      </p>
    </Message>
  );
}
