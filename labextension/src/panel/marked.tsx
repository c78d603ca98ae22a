/** The runs that the reader has marked, and what can be done with them. */
import type { JSX } from 'react';
import type { RunSummary } from '../api';
import { useChanges } from '../elements/hooks';
import { fullName } from '../model/words';
import { usePanel } from './context';

/** More are not compared at once. */
const MOST = 20;

/** A bar above the list, where runs are marked. */
export function Marked(): JSX.Element | null {
  const { model, trans, compare } = usePanel();
  const { marked } = model;
  useChanges(marked);
  if (marked.size === 0) {
    return null;
  }
  const isTooMany = marked.size > MOST;
  return (
    <div
      className="ct-Marked"
      role="group"
      aria-label={trans.__('Marked runs')}
    >
      <span className="ct-Marked-count" role="status">
        {isTooMany
          ? trans.__(
              '%1 runs marked; at most %2 are compared',
              marked.size,
              MOST
            )
          : marked.size === 1
            ? trans.__('1 run marked; mark another to compare')
            : trans.__('%1 marked', marked.size)}
      </span>
      <button
        type="button"
        className="ct-Button"
        disabled={marked.size < 2 || isTooMany}
        onClick={() => compare(marked.ids)}
      >
        {trans.__('Compare')}
      </button>
      <button
        type="button"
        className="ct-Button"
        onClick={() => marked.clear()}
      >
        {trans.__('Clear')}
      </button>
    </div>
  );
}

/** The box that marks a run; it covers the sign of the run's state. */
export function MarkBox({ run }: { run: RunSummary }): JSX.Element {
  const { model, trans } = usePanel();
  return (
    <input
      type="checkbox"
      className="ct-Row-box"
      tabIndex={-1}
      checked={model.marked.has(run.run_id)}
      title={trans.__('Mark to compare (Space)')}
      aria-label={trans.__('Mark %1 to compare', fullName(run, trans))}
      onChange={() => model.marked.toggle(run.run_id)}
      onClick={event => event.stopPropagation()}
    />
  );
}
