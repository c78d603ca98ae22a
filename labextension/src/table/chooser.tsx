/** Which columns the table has: the chosen ones in their order, and a search in all that there are. */
import {
  caretDownIcon,
  caretUpIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { useState } from 'react';
import { IconButton } from '../elements/button';
import { SearchBox } from '../elements/searchbox';
import { formatCount } from '../model/format';
import { offerColumns } from '../model/table/offer';
import type { Column } from '../model/table/columns';
import {
  columnId,
  MAX_COLUMNS,
  moveColumn,
  withColumn,
  withoutColumn
} from '../model/table/columns';
import { useTable } from './context';
import { columnName, sourceName } from '../model/table/words';

/** A drawer beside the grid. */
export function Chooser({ onClose }: { onClose: () => void }): JSX.Element {
  const { model, trans } = useTable();
  const chosen = model.view.columns ?? [];
  return (
    <section
      className="ct-Chooser"
      aria-label={trans.__('Columns')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          onClose();
        }
      }}
    >
      <div className="ct-Chooser-head">
        <h2>{trans.__('Columns')}</h2>
        <IconButton
          icon={closeIcon}
          label={trans.__('Close')}
          onClick={onClose}
        />
      </div>
      <ul className="ct-Chooser-list" aria-label={trans.__('Chosen columns')}>
        {chosen.map((column, index) => (
          <Chosen key={columnId(column)} column={column} index={index} />
        ))}
      </ul>
      {chosen.length >= MAX_COLUMNS && (
        <p className="ct-Chooser-note">
          {trans.__(
            'A table has at most %1 columns: remove one first.',
            MAX_COLUMNS
          )}
        </p>
      )}
      <Offers />
    </section>
  );
}

function Chosen(props: { column: Column; index: number }): JSX.Element {
  const { model, trans } = useTable();
  const { column, index } = props;
  const columns = model.view.columns ?? [];
  const id = columnId(column);
  const name = columnName(column, trans);
  const moveTo = (to: number): void =>
    model.setView({ columns: moveColumn(columns, id, to) });
  return (
    <li className="ct-Chooser-row">
      <ColumnLabel column={column} />
      <IconButton
        icon={caretUpIcon}
        label={trans.__('Move %1 to the front', name)}
        isDisabled={index === 0}
        onClick={() => moveTo(index - 1)}
      />
      <IconButton
        icon={caretDownIcon}
        label={trans.__('Move %1 to the back', name)}
        isDisabled={index === columns.length - 1}
        onClick={() => moveTo(index + 1)}
      />
      <IconButton
        icon={closeIcon}
        label={trans.__('Remove %1', name)}
        onClick={() => model.setView({ columns: withoutColumn(columns, id) })}
      />
    </li>
  );
}

function Offers(): JSX.Element {
  const { model, trans } = useTable();
  const [text, setText] = useState('');
  const columns = model.view.columns ?? [];
  const { offers, total } = offerColumns(model.keys, columns, text, trans);
  const label = trans.__('Search columns');
  return (
    <>
      <SearchBox
        label={label}
        trans={trans}
        value={text}
        onChange={setText}
        onClear={() => setText('')}
      />
      <ul
        className="ct-Chooser-list ct-mod-offers"
        aria-label={trans.__('More columns')}
      >
        {offers.map(column => (
          <li key={columnId(column)}>
            <button
              type="button"
              className="ct-Chooser-offer"
              disabled={columns.length >= MAX_COLUMNS}
              aria-label={trans.__('Add %1', columnName(column, trans))}
              onClick={() =>
                model.setView({ columns: withColumn(columns, column) })
              }
            >
              <ColumnLabel column={column} />
            </button>
          </li>
        ))}
      </ul>
      <p className="ct-Chooser-note" role="status">
        {offers.length < total
          ? trans.__(
              '%1 of %2 columns: type to find the others.',
              formatCount(offers.length),
              formatCount(total)
            )
          : total === 0
            ? trans.__('No other column matches.')
            : ''}
      </p>
    </>
  );
}

function ColumnLabel({ column }: { column: Column }): JSX.Element {
  const { trans } = useTable();
  const name = columnName(column, trans);
  return (
    <span className="ct-Chooser-label" title={name}>
      <span className="ct-Chooser-name" dir="auto">
        {name}
      </span>
      <span className="ct-Chooser-source">
        {sourceName(column.source, trans)}
      </span>
    </span>
  );
}
