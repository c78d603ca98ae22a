/** What stands in the list's place: loading, an error, or what to do when there is nothing yet. */
import type { JSX } from 'react';
import { Message } from '../elements/message';
import { usePanel } from './context';

/** The right words for an empty list. */
export function Placeholder(): JSX.Element {
  const { model } = usePanel();
  const { runs } = model;
  if (runs.state === 'failed') {
    return model.isFilter && model.text !== '' ? <BadFilter /> : <Failed />;
  }
  if (runs.state === 'loading') {
    return <Loading />;
  }
  return model.text === '' ? <NothingYet /> : <NothingFound />;
}

function Loading(): JSX.Element {
  const { model, trans } = usePanel();
  return (
    <div
      className="ct-Loading"
      aria-busy="true"
      aria-label={trans.__('Loading…')}
      role="img"
    >
      {!model.isOffline &&
        [0, 1, 2, 3, 4].map(each => (
          <span key={each} className="ct-Pending">
            <span className="ct-Pending-bar" />
            <span className="ct-Pending-bar ct-mod-short" />
          </span>
        ))}
    </div>
  );
}

function Failed(): JSX.Element {
  const { model, trans } = usePanel();
  return (
    <Message title={trans.__('The trail cannot be read')} isAlert>
      <p className="ct-Message-reason" dir="auto">
        {model.runs.failure?.message ?? ''}
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

function BadFilter(): JSX.Element {
  const { model, trans } = usePanel();
  const { failure } = model.runs;
  const position = failure?.position ?? null;
  return (
    <Message title={trans.__('This filter cannot be read')} isAlert>
      {position !== null && (
        <pre className="ct-Message-code" tabIndex={0}>
          {`${model.text}\n${' '.repeat(position)}^`}
        </pre>
      )}
      <p className="ct-Message-reason">{failure?.message ?? ''}</p>
    </Message>
  );
}

function NothingFound(): JSX.Element {
  const { model, trans } = usePanel();
  return (
    <Message title={trans.__('No run matches')}>
      <p>
        {model.scope === 'notebook'
          ? trans.__(
              'Nothing in this notebook matches. The search looks at names, models, parameters and tags.'
            )
          : trans.__(
              'The search looks at names, models, notebooks, parameters and tags.'
            )}
      </p>
      <button
        type="button"
        className="ct-Button"
        onClick={() => model.search('', model.isFilter)}
      >
        {trans.__('Clear the search')}
      </button>
    </Message>
  );
}

function NothingYet(): JSX.Element {
  const { model, trans } = usePanel();
  const isNotebook = model.scope === 'notebook';
  const whole = isNotebook && (
    <button
      type="button"
      className="ct-Button"
      onClick={() => void model.setScope('project')}
    >
      {trans.__('Show the whole project')}
    </button>
  );
  if (isNotebook && model.foreignLanguage !== '') {
    return (
      <Message title={trans.__('The cells of this notebook leave no trail')}>
        <p>
          {trans.__(
            'Its kernel runs %1, and celltrail records Python. Runs of the project’s other notebooks are listed all the same.',
            model.foreignLanguage
          )}
        </p>
        {whole}
      </Message>
    );
  }
  return (
    <Message
      title={
        isNotebook
          ? trans.__('No runs in this notebook yet')
          : trans.__('No runs yet')
      }
    >
      <p>
        {trans.__(
          'Run a cell that fits a model and it appears here, with its parameters, metrics and data. Nothing needs to be added to the notebook.'
        )}
      </p>
      <p>{trans.__('Anything else can be a run too:')}</p>
      <pre className="ct-Message-code" tabIndex={0}>
        {'import celltrail\ncelltrail.log_metric("rmse", 0.12)'}
      </pre>
      {whole}
    </Message>
  );
}
