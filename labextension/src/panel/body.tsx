/** The panel: the list of runs, or one run in full. */
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { Announcer } from '../elements/announcer';
import { usePanel } from './context';
import { Detail } from './detail';
import { useChanges } from '../elements/hooks';
import { Voice } from '../elements/voice';
import { RunListView } from './list';
import { Marked } from './marked';
import { Notes } from './notes';
import { Toolbar } from './toolbar';

/** All of the panel. */
export function Body({ announcer }: { announcer: Announcer }): JSX.Element {
  const { model } = usePanel();
  useChanges(model);
  useChanges(model.detail);
  useNews();
  const isDetail = model.detail.runId !== '';
  return (
    <div className={`ct-Body${model.isOffline ? ' ct-mod-offline' : ''}`}>
      <Notes />
      <div className="ct-Stage">
        {/* The list keeps its size and its place below the detail. */}
        <div className={`ct-Front${isDetail ? ' ct-mod-covered' : ''}`}>
          <Toolbar />
          <Marked />
          <RunListView isShown={!isDetail} />
        </div>
        {isDetail && <Detail key={model.detail.runId} />}
      </div>
      <Voice announcer={announcer} />
    </div>
  );
}

/** Announce new runs and lost connections. */
function useNews(): void {
  const { model, trans, announce } = usePanel();
  const { runs } = model;
  useChanges(runs);
  const before = useRef({ queryId: runs.queryId, total: runs.total });
  const { queryId, total } = runs;
  useEffect(() => {
    const last = before.current;
    before.current = { queryId, total };
    if (last.queryId === queryId) {
      const added = total - last.total;
      if (added > 0) {
        announce(trans._n('%1 new run', '%1 new runs', added));
      }
    } else if (model.text !== '') {
      announce(trans._n('%1 run found', '%1 runs found', total));
    }
  }, [queryId, total, announce, trans, model]);
  const { isOffline } = model;
  const wasOffline = useRef(isOffline);
  useEffect(() => {
    if (isOffline !== wasOffline.current) {
      announce(
        isOffline
          ? trans.__('The server does not answer')
          : trans.__('The server answers again')
      );
    }
    wasOffline.current = isOffline;
  }, [isOffline, announce, trans]);
}
