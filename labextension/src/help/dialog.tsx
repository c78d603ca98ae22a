/** What `?` shows: the keys of the view that has the focus, those that hold everywhere, and the way to the documentation. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import type { KeyWords, ViewKeys } from './keys';

/** The dialog's content. */
export function Keys(props: {
  view: ViewKeys | null;
  everywhere: readonly KeyWords[];
  others: readonly ViewKeys[];
  trans: TranslationBundle;
  onPage: (page: string) => void;
}): JSX.Element {
  const { view, everywhere, others, trans, onPage } = props;
  return (
    <div className="ct-Keys">
      {view !== null && <Table title={view.title} keys={view.keys} />}
      <Table title={trans.__('Everywhere')} keys={everywhere} />
      <p className="ct-Hint">
        {trans.__(
          'Keys of commands are changed in Settings, Keyboard Shortcuts.'
        )}
      </p>
      {others.map(each => (
        <details key={each.selector} className="ct-Fold">
          <summary>{each.title}</summary>
          <Table title={each.title} keys={each.keys} isUntitled />
        </details>
      ))}
      <button
        type="button"
        className="ct-Link"
        onClick={() => onPage(view?.page ?? '')}
      >
        {view === null
          ? trans.__('Documentation')
          : trans.__('Documentation: %1', view.title)}
      </button>
    </div>
  );
}

function Table(props: {
  title: string;
  keys: readonly KeyWords[];
  isUntitled?: boolean;
}): JSX.Element {
  return (
    <table className="ct-Keys-table" aria-label={props.title}>
      {props.isUntitled !== true && <caption>{props.title}</caption>}
      <tbody>
        {props.keys.map(({ keys, does }) => (
          <tr key={`${keys} ${does}`}>
            <th scope="row">
              <kbd>{keys}</kbd>
            </th>
            <td>{does}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
