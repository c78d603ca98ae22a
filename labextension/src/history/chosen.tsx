/** The chosen execution: how its code differs, and what can be done with it. */
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { PastExecution } from '../api';
import { CodeDiff } from '../elements/diff';
import { TrailFailure } from '../model/failure';
import type { Against } from '../model/history';
import type { Obstacle } from '../elements/cells';
import { useHistory } from './context';

interface Sources {
  executionId: string;
  chosen: string;
  next: string;
}

/** The difference and the buttons. */
export function Chosen({
  execution
}: {
  execution: PastExecution;
}): JSX.Element {
  const { model, trans, present, language } = useHistory();
  const [sources, failure] = useSources(execution);
  const { against } = model;
  const now = present();
  if (failure !== '') {
    return (
      <div className="ct-Note ct-mod-warn" role="alert">
        {failure}
      </div>
    );
  }
  if (sources === null) {
    return <p className="ct-Hint">{trans.__('Reading what it executed…')}</p>;
  }
  const other = against === 'next' ? sources.next : now;
  return (
    <>
      <Sides />
      <Actions execution={execution} source={sources.chosen} now={now} />
      <CodeDiff
        before={sources.chosen}
        after={other ?? sources.chosen}
        label={
          other === null
            ? trans.__('What [%1] executed', execution.execution_count)
            : against === 'next'
              ? trans.__(
                  'From [%1] to [%2]',
                  execution.execution_count,
                  model.next?.execution_count ?? 0
                )
              : trans.__('From [%1] to the cell now', execution.execution_count)
        }
        trans={trans}
        isLabelled
        language={language()}
      />
    </>
  );
}

function useSources(execution: PastExecution): [Sources | null, string] {
  const { model } = useHistory();
  const [sources, setSources] = useState<Sources | null>(null);
  const [failure, setFailure] = useState('');
  const id = execution.execution_id;
  const next = model.against === 'next' ? model.next?.execution_id : undefined;
  useEffect(() => {
    let isWanted = true;
    const read = async (): Promise<void> => {
      const [chosen, after] = await Promise.all([
        model.read(id),
        next === undefined ? '' : model.read(next)
      ]);
      if (isWanted) {
        setFailure('');
        setSources({ executionId: id, chosen, next: after });
      }
    };
    read().catch((reason: unknown) => {
      if (isWanted) {
        setFailure(TrailFailure.of(reason).message);
      }
    });
    return () => {
      isWanted = false;
    };
  }, [model, id, next]);
  return [sources?.executionId === id ? sources : null, failure];
}

/** With what it is compared. */
function Sides(): JSX.Element {
  const { model, trans } = useHistory();
  const choice = (against: Against, label: string): JSX.Element => (
    <label className="ct-History-side">
      <input
        type="radio"
        name="ct-history-against"
        checked={model.against === against}
        disabled={against === 'next' && model.next === null}
        onChange={() => model.compareWith(against)}
      />
      {label}
    </label>
  );
  return (
    <div
      className="ct-History-sides"
      role="radiogroup"
      aria-label={trans.__('Compare with')}
    >
      <span>{trans.__('Compare with')}</span>
      {choice('now', trans.__('the cell now'))}
      {choice('next', trans.__('the next execution'))}
    </div>
  );
}

function Actions(props: {
  execution: PastExecution;
  source: string;
  now: string | null;
}): JSX.Element {
  const { execution, source, now } = props;
  const history = useHistory();
  const { trans } = history;
  const obstacle = history.obstacle();
  const isSame = now === source;
  const why = isSame
    ? trans.__('The cell says this already')
    : obstacleWords(obstacle, trans);
  const cannotInsert = obstacle === 'closed' || obstacle === 'read-only';
  return (
    <div className="ct-History-actions">
      <button
        type="button"
        className="ct-Button ct-mod-accept"
        disabled={why !== ''}
        title={why || trans.__('Put this source back into the cell')}
        onClick={() => history.restore(execution, source)}
      >
        {trans.__('Restore')}
      </button>
      <button
        type="button"
        className="ct-Button"
        disabled={cannotInsert}
        title={cannotInsert ? obstacleWords(obstacle, trans) : undefined}
        onClick={() => history.insertBelow(source)}
      >
        {trans.__('Insert below')}
      </button>
      <button
        type="button"
        className="ct-Button"
        onClick={() => history.copy(source)}
      >
        {trans.__('Copy')}
      </button>
      <RunButton execution={execution} />
      {why !== '' && !isSame && <p className="ct-Hint">{why}</p>}
    </div>
  );
}

/** What stands in the way, in words. */
function obstacleWords(
  obstacle: Obstacle,
  trans: { __(text: string): string }
): string {
  return {
    closed: trans.__('The notebook is not open'),
    gone: trans.__('This cell is no longer in the notebook'),
    'read-only': trans.__('The notebook is read-only'),
    locked: trans.__('This cell is not editable'),
    none: ''
  }[obstacle ?? 'none'];
}

/** The run of the execution, or the way to make one of it. */
function RunButton({ execution }: { execution: PastExecution }): JSX.Element {
  const { trans, keep, openRun } = useHistory();
  const { run } = execution;
  const [failure, setFailure] = useState('');
  if (run !== null) {
    return (
      <button
        type="button"
        className="ct-Button"
        onClick={() => openRun(run.run_id)}
      >
        {trans.__('Show run')}
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        className="ct-Button"
        disabled={execution.status === 'running'}
        title={trans.__(
          'Make a run of this execution, to compare, export or replay it'
        )}
        onClick={() => {
          setFailure('');
          keep(execution).catch((reason: unknown) =>
            setFailure(TrailFailure.of(reason).message)
          );
        }}
      >
        {trans.__('Keep as run')}
      </button>
      {failure !== '' && (
        <p className="ct-Note ct-mod-warn" role="alert">
          {failure}
        </p>
      )}
    </>
  );
}
