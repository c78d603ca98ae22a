/** The table: its bar, the grid or what stands in its place, and the foot. */
import type { JSX } from 'react';
import { useState } from 'react';
import type { Announcer } from '../elements/announcer';
import { useChanges } from '../elements/hooks';
import { Voice } from '../elements/voice';
import { formatCount } from '../model/format';
import { MAX_GROUPS } from '../model/table/content';
import { Chooser } from './chooser';
import { useTable } from './context';
import { Grid } from './grid';
import { MarksBar } from './marks';
import { Placeholder } from './placeholder';
import { Toolbar } from './toolbar';

/** All of the table. */
export function Body({ announcer }: { announcer: Announcer }): JSX.Element {
  const { model, trans } = useTable();
  useChanges(model);
  const [isChoosing, setChoosing] = useState(false);
  const isShown = model.state === 'ready' || model.isMisread;
  const { total, groupCount } = model;
  const hasRows = isShown && model.rows.count > 0;
  return (
    <div
      className={`ct-Table-body${model.isOffline || model.isMisread ? ' ct-mod-old' : ''}`}
    >
      <Toolbar
        isChoosing={isChoosing}
        onChoose={() => setChoosing(!isChoosing)}
      />
      {model.isOffline && (
        <div className="ct-Note ct-mod-warn" role="status">
          {trans.__(
            'The server does not answer. This is the last that it said.'
          )}
        </div>
      )}
      <MarksBar />
      <div className="ct-Table-stage">
        {hasRows ? <Grid /> : <Placeholder />}
        {isChoosing && <Chooser onClose={() => setChoosing(false)} />}
      </div>
      <div className="ct-Table-foot">
        {isShown && (
          <span>
            {trans._n('%2 run', '%2 runs', total, formatCount(total))}
          </span>
        )}
        {groupCount > 0 && (
          <span>
            {trans._n(
              'in %2 group',
              'in %2 groups',
              groupCount,
              formatCount(groupCount)
            )}
          </span>
        )}
        {groupCount > MAX_GROUPS && (
          <span>
            {trans.__('the first %1 are listed', formatCount(MAX_GROUPS))}
          </span>
        )}
      </div>
      <Voice announcer={announcer} />
    </div>
  );
}
