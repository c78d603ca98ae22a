/** The list of runs: real DOM rows for what is in view, whatever the number of runs. */
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import { formatCount } from '../model/format';
import { usePanel } from './context';
import { useChanges } from '../elements/hooks';
import { useRowsInView } from '../elements/rowsinview';
import { ListRow, ROW_HEIGHT, rowId } from './row';
import { Placeholder } from './placeholder';
import { useActiveRow } from './active';
import { Unclear } from './unclear';

/** Rows on either side that are drawn before they are in view. */
const OVERSCAN = 12;

/** The list, and what stands in its place while there is none. */
export function RunListView({ isShown }: { isShown: boolean }): JSX.Element {
  const { model, trans } = usePanel();
  const { runs } = model;
  useChanges(runs);
  const hasRows = runs.state === 'ready' && runs.rows.count > 0;
  return (
    <>
      {hasRows ? <Grid isShown={isShown} /> : <Placeholder />}
      {hasRows && <Unclear />}
      {(hasRows || runs.replayCount > 0) && (
        <div className="ct-Footer">
          {trans._n('%2 run', '%2 runs', runs.total, formatCount(runs.total))}
          <Replays />
        </div>
      )}
    </>
  );
}

/** What is left out of the list, and a way to see it. */
function Replays(): JSX.Element | null {
  const { model, trans } = usePanel();
  const { replayCount } = model.runs;
  if (replayCount === 0 && !model.withReplays) {
    return null;
  }
  return (
    <button
      type="button"
      className="ct-Link"
      onClick={() => void model.showReplays(!model.withReplays)}
    >
      {model.withReplays
        ? trans.__('Leave replays out')
        : trans._n(
            'Show %2 of replays',
            'Show %2 of replays',
            replayCount,
            formatCount(replayCount)
          )}
    </button>
  );
}

function Grid({ isShown }: { isShown: boolean }): JSX.Element {
  const { model, trans } = usePanel();
  const { runs } = model;
  const scroller = useRef<HTMLDivElement>(null);
  useChanges(model.marked);
  const view = useRowsInView(scroller, runs, ROW_HEIGHT, OVERSCAN);
  const active = useActiveRow(view.scrollTo);
  useReturn(scroller, isShown);
  const isActiveShown = view.shown.some(
    ({ position }) => position === active.position
  );
  return (
    <div
      ref={scroller}
      className="ct-List ct-RunRows"
      data-notebook={model.notebook}
      role="treegrid"
      tabIndex={0}
      aria-label={trans.__('Runs')}
      aria-rowcount={runs.rows.count}
      aria-readonly="true"
      aria-activedescendant={isActiveShown ? rowId(active.position) : undefined}
      onKeyDown={(event: KeyboardEvent) => active.onKeyDown(event)}
    >
      <div
        className="ct-List-content"
        role="rowgroup"
        style={{ height: view.height }}
      >
        {view.shown.map(({ key, position, top, row }) => (
          <ListRow
            key={key}
            row={row}
            position={position}
            top={top}
            now={view.now}
            isActive={position === active.position}
            onPick={active.pick}
          />
        ))}
      </div>
    </div>
  );
}

/** Give the focus back to the list when the reader comes back from a run. */
function useReturn(
  scroller: React.RefObject<HTMLDivElement>,
  isShown: boolean
): void {
  const wasShown = useRef(isShown);
  useEffect(() => {
    if (isShown && !wasShown.current) {
      scroller.current?.focus({ preventScroll: true });
    }
    wasShown.current = isShown;
  }, [isShown, scroller]);
}
