/** What a replay would execute, shown before any of it is: the reader agrees, or does not. */
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { ReplayPlan, ReplayPlans } from '../api';
import { formatDuration, toNumber } from '../model/format';
import { useRun } from './context';
import { Conditions } from './conditions';
import { Facts, Fold } from './parts';

/** The plans of a run, and the buttons. */
export function Agreement({ runId }: { runId: string }): JSX.Element {
  const { model, trans } = useRun();
  const { replay } = model;
  const { plans, failure } = replay;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [runId]);
  return (
    <div className="ct-Agreement" role="group" aria-labelledby="ct-agreement">
      <h4 id="ct-agreement" ref={heading} tabIndex={-1}>
        {trans.__('Replay executes code')}
      </h4>
      {replay.hasAnswered && <Conditions key={runId} />}
      {failure !== null && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {failure.message}
        </div>
      )}
      {plans === null && failure === null && (
        <p className="ct-Hint">{trans.__('Looking what it would run…')}</p>
      )}
      {plans !== null && <PlansView plans={plans} />}
      <div className="ct-Replay-buttons">
        {plans !== null && <StartButtons plans={plans} />}
        <button
          type="button"
          className="ct-Button"
          onClick={() => replay.dismiss()}
        >
          {trans.__('Do not replay')}
        </button>
      </div>
    </div>
  );
}

function StartButtons({ plans }: { plans: ReplayPlans }): JSX.Element {
  const { model, trans } = useRun();
  const { replay } = model;
  const { needed, full } = plans;
  const isBusy = replay.isGoingOn;
  const button = (plan: ReplayPlan, isFull: boolean): JSX.Element => (
    <button
      type="button"
      className={`ct-Button${isFull ? '' : ' ct-mod-accept'}`}
      disabled={isBusy || plan.missing.length > 0}
      title={
        isBusy
          ? trans.__('A replay goes on in this project already')
          : undefined
      }
      onClick={() => void replay.start(isFull)}
    >
      {trans._n('Execute %1 cell', 'Execute %1 cells', plan.steps.length)}
    </button>
  );
  return (
    <>
      {button(needed, false)}
      {full.steps.length !== needed.steps.length && button(full, true)}
    </>
  );
}

function PlansView({ plans }: { plans: ReplayPlans }): JSX.Element {
  const { trans } = useRun();
  const { needed, full } = plans;
  const isMore = full.steps.length > needed.steps.length;
  return (
    <>
      <PlanView plan={needed} />
      {isMore && (
        <Fold
          title={trans._n(
            'If that does not give the same: %1 cell of the session',
            'If that does not give the same: all %1 cells of the session',
            full.steps.length
          )}
        >
          <PlanView plan={full} />
        </Fold>
      )}
      <p className="ct-Hint">
        {trans.__(
          'With your rights on the server, for at most %1 each.',
          formatDuration(toNumber(plans.timeout_s))
        )}
      </p>
    </>
  );
}

function PlanView({ plan }: { plan: ReplayPlan }): JSX.Element {
  const { trans } = useRun();
  const facts: (readonly [string, string])[] = [
    [trans.__('In'), plan.working_directory],
    [trans.__('Reads'), plan.reads.join(', ')],
    [trans.__('May write'), plan.writes.join(', ')],
    [trans.__('Put back first'), plan.restored.join(', ')],
    [trans.__('Swapped'), plan.swaps.join(', ')]
  ];
  return (
    <>
      <p className="ct-Replay-line">
        {plan.is_full
          ? trans._n(
              '%1 cell, all of the session:',
              '%1 cells, all of the session:',
              plan.steps.length
            )
          : trans.__('%1 of %2 cells:', plan.steps.length, plan.total)}
      </p>
      <ol className="ct-Steps" tabIndex={0} aria-label={trans.__('Cells')}>
        {plan.steps.map(step => (
          <li key={step.execution_id} title={step.reasons.join('\n')}>
            <span>[{step.execution_count}]</span>
            <code dir="auto">{step.label}</code>
          </li>
        ))}
      </ol>
      <Facts facts={facts.filter(([, value]) => value !== '')} />
      {plan.is_apart && (
        <p className="ct-Hint">
          {trans.__(
            'In a copy of the project’s folder: your files stay as they are.'
          )}
        </p>
      )}
      {plan.missing.map(each => (
        <div key={each} className="ct-Note ct-mod-warn" dir="auto">
          {trans.__('Missing: %1', each)}
        </div>
      ))}
      {plan.notes.map(each => (
        <p key={each} className="ct-Hint" dir="auto">
          {each}
        </p>
      ))}
    </>
  );
}
