/** What stands in the grid's place: loading, an error, or what to do when nothing matches. */
import type { JSX } from 'react';
import { Message } from '../elements/message';
import { FIRST_VIEW } from '../model/table/view';
import { useTable } from './context';

/** The right words for a table without rows. */
export function Placeholder(): JSX.Element {
  const { model, trans } = useTable();
  const { view, failure } = model;
  if (model.state === 'loading') {
    return (
      <div
        className="ct-Table-loading"
        role="img"
        aria-busy="true"
        aria-label={trans.__('Loading…')}
      >
        {Array.from({ length: 12 }, (_, index) => (
          <span key={index} className="ct-Pending-bar" />
        ))}
      </div>
    );
  }
  if (model.state === 'failed') {
    return failure?.error === 'FilterError' ? (
      <Message title={trans.__('This filter cannot be read')}>
        <p>{trans.__('The mark below the filter shows where.')}</p>
      </Message>
    ) : (
      <Message title={trans.__('The trail cannot be read')} isAlert>
        <p className="ct-Message-reason" dir="auto">
          {failure?.message ?? ''}
        </p>
        <button
          type="button"
          className="ct-Button"
          onClick={() => void model.refresh()}
        >
          {trans.__('Try again')}
        </button>
      </Message>
    );
  }
  const isNarrowed = view.filter !== '' || view.text !== '';
  return isNarrowed || view.isStarredOnly || view.shelf !== 'active' ? (
    <Message title={trans.__('No run matches')}>
      <p>
        {trans.__(
          'The search looks at names, models, notebooks, parameters and tags.'
        )}
      </p>
      <button
        type="button"
        className="ct-Button"
        onClick={() => {
          const { filter, text, shelf, isStarredOnly } = FIRST_VIEW;
          model.setView({ filter, text, shelf, isStarredOnly });
        }}
      >
        {trans.__('Show all runs')}
      </button>
    </Message>
  ) : (
    <Message title={trans.__('No runs yet')}>
      <p>
        {trans.__(
          'Run a cell that fits a model and it appears here, with its parameters, metrics and data. Nothing needs to be added to the notebook.'
        )}
      </p>
    </Message>
  );
}
