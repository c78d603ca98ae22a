/** A cause proven: what would be executed, the reader's consent, and how far it is. */
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { LikelyCause, ReplayPlan, ReplayState } from '../api';
import { useCompare } from './context';
import { Failed } from './parts';

/** The button of a cause, and what follows on it; nothing where no replay can swap it. */
export function Prove({ cause }: { cause: LikelyCause }): JSX.Element | null {
  const { model, trans } = useCompare();
  const { proof } = model;
  if (cause.swap === '') {
    return cause.no_swap === '' ? null : (
      <p className="ct-Hint ct-Cause-hint">
        {trans.__('Cannot be proven here: %1', cause.no_swap)}
      </p>
    );
  }
  if (proof.swap !== cause.swap) {
    return (
      <button
        type="button"
        className="ct-Button"
        disabled={proof.state !== null}
        onClick={() => void model.askProof(cause.swap)}
      >
        {cause.proof === null
          ? trans.__('Prove it…')
          : trans.__('Prove it again…')}
      </button>
    );
  }
  return (
    <div className="ct-Proof">
      {proof.failure !== null && <Failed message={proof.failure.message} />}
      {proof.plan === null && proof.failure === null && (
        <p className="ct-Hint" role="status">
          {trans.__('Looking what would run…')}
        </p>
      )}
      {proof.state !== null ? (
        <Going state={proof.state} />
      ) : (
        proof.plan !== null && <Consent plan={proof.plan.plans.needed} />
      )}
      {(proof.state === null || isOver(proof.state)) && (
        <button
          type="button"
          className="ct-Button"
          onClick={() => model.dropProof()}
        >
          {trans.__('Close')}
        </button>
      )}
    </div>
  );
}

function isOver(state: ReplayState): boolean {
  return ['none', 'ended', 'cancelled', 'failed'].includes(state.phase);
}

function Consent({ plan }: { plan: ReplayPlan }): JSX.Element {
  const { model, trans } = useCompare();
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus({ preventScroll: true }), []);
  const count = plan.steps.length;
  return (
    <>
      <p ref={text} tabIndex={-1}>
        {trans.__(
          'This executes the cells that the baseline needs, with this one cause as the other run had it.'
        )}{' '}
        {plan.is_apart
          ? trans.__(
              'They run in a folder of their own: nothing in your project is written.'
            )
          : plan.writes.length === 0
            ? trans.__('They wrote no file.')
            : trans.__(
                'They run in your project and may write again: %1',
                plan.writes.join(', ')
              )}
      </p>
      <ol className="ct-Proof-steps" aria-label={trans.__('Cells')}>
        {plan.steps.map(step => (
          <li key={step.execution_id} dir="auto">
            <code>{`[${step.execution_count}] ${step.label}`}</code>
          </li>
        ))}
      </ol>
      {plan.missing.map(missing => (
        <Failed key={missing} message={missing} />
      ))}
      <button
        type="button"
        className="ct-Button"
        disabled={plan.missing.length > 0}
        onClick={() => void model.startProof()}
      >
        {trans._n('Execute %1 cell', 'Execute %1 cells', count)}
      </button>
    </>
  );
}

function Going({ state }: { state: ReplayState }): JSX.Element {
  const { model, trans } = useCompare();
  if (state.phase === 'failed' || state.phase === 'cancelled') {
    return (
      <Failed
        message={
          state.message === '' ? trans.__('It was cancelled.') : state.message
        }
      />
    );
  }
  return (
    <>
      <p role="status">
        {state.phase === 'running'
          ? trans.__('Cell %1 of %2', state.cell, state.cell_count)
          : trans.__('Starting, or comparing…')}
      </p>
      <button
        type="button"
        className="ct-Button"
        onClick={() => void model.cancelProof()}
      >
        {trans.__('Cancel')}
      </button>
    </>
  );
}
