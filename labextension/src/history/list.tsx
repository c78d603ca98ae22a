/** The executions of a cell, newest first, as a list box. */
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import type { PastExecution } from '../api';
import { stateIcons } from '../icons';
import { useNow } from '../elements/hooks';
import {
  baseName,
  formatAgo,
  formatDuration,
  formatMoment,
  formatNumber
} from '../model/format';
import { statusWord, UNTIMED } from '../model/words';
import { useHistory } from './context';

const PAGE_ROWS = 8;

/** The list; Up, Down, Page Up, Page Down, Home and End move in it. */
export function ExecutionList(): JSX.Element {
  const { model, trans } = useHistory();
  const { executions, selected } = model;
  const list = useRef<HTMLUListElement>(null);
  const now = useNow(executions[0]?.status === 'running');
  const chosen = selected?.execution_id ?? '';
  useEffect(() => {
    list.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const place = executions.findIndex(each => each.execution_id === chosen);
    const target = targetOf(event.key, place, executions.length);
    const execution = executions[target];
    if (execution !== undefined) {
      event.preventDefault();
      model.select(execution.execution_id);
    }
  };
  return (
    <ul
      ref={list}
      className="ct-History-list"
      role="listbox"
      tabIndex={0}
      aria-label={trans.__('Executions of this cell')}
      aria-activedescendant={chosen === '' ? undefined : idOf(chosen)}
      onKeyDown={onKeyDown}
    >
      {executions.map(execution => (
        <Row
          key={execution.execution_id}
          execution={execution}
          isSelected={execution.execution_id === chosen}
          now={now}
        />
      ))}
    </ul>
  );
}

function targetOf(key: string, place: number, count: number): number {
  const moves: Record<string, number> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: Math.min(place + PAGE_ROWS, count - 1),
    PageUp: Math.max(place - PAGE_ROWS, 0),
    Home: 0,
    End: count - 1
  };
  return moves[key] ?? -1;
}

function idOf(executionId: string): string {
  return `ct-execution-${executionId}`;
}

function Row(props: {
  execution: PastExecution;
  isSelected: boolean;
  now: number;
}): JSX.Element {
  const { execution, isSelected, now } = props;
  const { model, trans } = useHistory();
  const Icon = stateIcons[execution.status];
  const { run } = execution;
  const status =
    execution.error === ''
      ? statusWord(execution.status, trans)
      : `${statusWord(execution.status, trans)}: ${execution.error}`;
  return (
    <li
      id={idOf(execution.execution_id)}
      role="option"
      aria-selected={isSelected}
      className="ct-History-row"
      onClick={() => model.select(execution.execution_id)}
    >
      <span className="ct-History-line">
        <span
          className={`ct-State ct-mod-${execution.status}`}
          role="img"
          aria-label={status}
          title={status}
        >
          <Icon.react tag="span" />
        </span>
        <span className="ct-History-count">[{execution.execution_count}]</span>
        <span title={formatMoment(execution.started_at)}>
          {formatAgo(execution.started_at, now, trans)}
        </span>
        <span className="ct-History-duration">
          {execution.duration_s === null
            ? UNTIMED
            : formatDuration(execution.duration_s)}
        </span>
        {run !== null && (
          <span className="ct-History-run" dir="auto">
            {execution.run_count > 1
              ? trans.__('%1 runs', execution.run_count)
              : run.title}
            {run.metric_key !== '' && (
              <strong>{` ${run.metric_key} ${formatNumber(run.metric_value)}`}</strong>
            )}
          </span>
        )}
      </span>
      <code className="ct-History-label" dir="auto">
        {execution.label}
      </code>
      {execution.notebook_path !== model.notebook && (
        <span className="ct-History-where" title={execution.notebook_path}>
          {trans.__('in %1', baseName(execution.notebook_path))}
        </span>
      )}
    </li>
  );
}
