/** The list of runs: real DOM rows for what is in view, whatever the number of runs. */
import { useVirtualizer } from '@tanstack/react-virtual';
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import { formatCount } from '../model/format';
import { usePanel } from './context';
import { useChanges, useNow } from '../elements/hooks';
import { ListRow, ROW_HEIGHT, rowId } from './row';
import { Placeholder } from './placeholder';
import { useActiveRow } from './active';
import { useAnchor } from '../elements/anchor';
import { Unclear } from './unclear';

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
  const { rows } = runs;
  useChanges(model.marked);
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // The list shows something in its first frame, before it was measured.
    initialRect: { width: 260, height: 800 }
  });
  const active = useActiveRow(virtualizer.scrollToIndex);
  useAnchor(scroller, runs, ROW_HEIGHT);
  useReturn(scroller, isShown);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => runs.want(first, last), [runs, rows, first, last]);
  const shown = items.map(item => ({ item, row: rows.at(item.index) }));
  const now = useNow(
    shown.some(
      ({ row }) => row !== null && 'run' in row && row.run.status === 'running'
    )
  );
  const isActiveShown = items.some(item => item.index === active.position);
  return (
    <div
      ref={scroller}
      className="ct-List"
      role="treegrid"
      tabIndex={0}
      aria-label={trans.__('Runs')}
      aria-rowcount={rows.count}
      aria-readonly="true"
      aria-activedescendant={isActiveShown ? rowId(active.position) : undefined}
      onKeyDown={(event: KeyboardEvent) => active.onKeyDown(event)}
    >
      <div
        className="ct-List-content"
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {shown.map(({ item, row }) => (
          <ListRow
            key={item.key}
            row={row}
            position={item.index}
            top={item.start}
            now={now}
            isActive={item.index === active.position}
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
