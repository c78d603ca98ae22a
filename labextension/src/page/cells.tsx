/** What the session executed before the run, in order, with what the run needs marked. */
import type { JSX } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { OutputDigest, RunCell } from '../api';
import { More } from '../elements/more';
import { stateIcons } from '../icons';
import { TrailFailure } from '../model/failure';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment
} from '../model/format';
import type { PageModel } from '../model/page';
import { statusWord } from '../model/words';
import { Digest, Fold, RunLink, Section } from '../run/parts';
import { usePage } from './context';

const MIMES = ['text/x-ipython', 'text/x-python'];

/** All of it. */
export function CellsSection(): JSX.Element {
  const { model, trans } = usePage();
  const { told, cells, isAsking } = model.list;
  const missing = wantedOf(model) - cells.length;
  return (
    <Section
      title={trans.__('Executed cells')}
      {...(told === null ? {} : { count: told.total })}
    >
      <Choice />
      <Told />
      <ol className="ct-Cells">
        {cells.map(cell => (
          <Cell key={cell.execution_id} cell={cell} />
        ))}
      </ol>
      {missing > 0 && cells.length > 0 && (
        <button
          type="button"
          className="ct-Link"
          disabled={isAsking}
          onClick={() => void model.moreCells()}
        >
          <More missing={isAsking ? 0 : missing} trans={trans} />
        </button>
      )}
    </Section>
  );
}

/** How many cells there are of those that are shown. */
function wantedOf({ list, isNeededOnly }: PageModel): number {
  const { told } = list;
  return (isNeededOnly ? told?.needed : null) ?? told?.total ?? 0;
}

/** What is not known, or why there is nothing. */
function Told(): JSX.Element | null {
  const { model, trans } = usePage();
  const { told, failure } = model.list;
  if (failure !== null) {
    return (
      <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
        {failure.message}
      </div>
    );
  }
  if (told === null) {
    return (
      <p className="ct-Hint" role="status">
        {trans.__('Looking what the run needs…')}
      </p>
    );
  }
  return (
    <>
      {told.problem !== '' && (
        <div className="ct-Note ct-mod-info" role="status" dir="auto">
          {trans.__('It is not known what the run needs: %1', told.problem)}
        </div>
      )}
      {!told.is_notebook_known && told.total > 0 && (
        <div className="ct-Note ct-mod-info" role="status">
          {trans.__(
            'The notebook is not where it ran: nothing tells which of its cells are gone.'
          )}
        </div>
      )}
      {told.total === 0 && (
        <p className="ct-Hint">{trans.__('No cell made this run.')}</p>
      )}
    </>
  );
}

/** Only the slice, or everything. */
function Choice(): JSX.Element | null {
  const { model, trans } = usePage();
  const { told } = model.list;
  if (told?.needed === undefined || told.needed === null) {
    return null;
  }
  const { total, needed } = told;
  return (
    <div
      className="ct-Switch ct-Cells-choice"
      role="group"
      aria-label={trans.__('Which cells')}
    >
      <button
        type="button"
        className="ct-Switch-choice"
        aria-pressed={model.isNeededOnly}
        onClick={() => void model.showNeeded(true)}
      >
        {trans.__('What the run needs: %1', formatCount(needed))}
      </button>
      <button
        type="button"
        className="ct-Switch-choice"
        aria-pressed={!model.isNeededOnly}
        onClick={() => void model.showNeeded(false)}
      >
        {trans.__('All before it: %1', formatCount(total))}
      </button>
    </div>
  );
}

function Cell({ cell }: { cell: RunCell }): JSX.Element {
  const { trans, model } = usePage();
  const isOwn = model.run?.execution_id === cell.execution_id;
  const Icon = stateIcons[cell.status];
  const classes = [
    'ct-RunCell',
    cell.is_needed ? '' : 'ct-mod-unneeded',
    cell.is_target ? 'ct-mod-target' : ''
  ];
  const others = cell.run_ids.filter(id => id !== model.place.runId);
  return (
    <li className={classes.filter(each => each !== '').join(' ')}>
      <div className="ct-RunCell-line">
        <span className="ct-RunCell-count">[{cell.execution_count}]</span>
        {cell.status !== 'finished' && (
          <span className={`ct-State ct-mod-${cell.status}`}>
            <Icon.react tag="span" />
          </span>
        )}
        <span className="ct-RunCell-facts" dir="auto">
          {[
            cell.status === 'finished' ? '' : statusWord(cell.status, trans),
            cell.duration_s === null ? '' : formatDuration(cell.duration_s),
            formatMoment(cell.started_at)
          ]
            .filter(each => each !== '')
            .join(' · ')}
        </span>
        {isOwn && (
          <span className="ct-Chip ct-mod-own">{trans.__('this run')}</span>
        )}
        {!cell.is_needed && (
          <span className="ct-Chip">{trans.__('not needed')}</span>
        )}
        {others.map(id => (
          <RunLink key={id} runId={id} name="" />
        ))}
        <KeepButton cell={cell} />
      </div>
      {cell.reasons.length > 0 && (
        <ul className="ct-RunCell-reasons">
          {cell.reasons.map(reason => (
            <li key={reason} dir="auto">
              {reason}
            </li>
          ))}
        </ul>
      )}
      {cell.marks.map(mark => (
        <div
          key={mark.text}
          className={`ct-Note ct-mod-warn ct-RunCell-mark ct-mod-${mark.kind}`}
          dir="auto"
        >
          {mark.text}
        </div>
      ))}
      <Source cell={cell} />
      {cell.error !== null && (
        <div className="ct-Note ct-mod-warn" dir="auto">
          {cell.error.name}: {cell.error.message.slice(0, 500)}
        </div>
      )}
      {cell.outputs.length > 0 && <Outputs outputs={cell.outputs} />}
    </li>
  );
}

/** Makes a run of a cell that made none. */
function KeepButton({ cell }: { cell: RunCell }): JSX.Element | null {
  const { model, trans } = usePage();
  const [problem, setProblem] = useState('');
  if (cell.run_ids.length > 0 || cell.status === 'running') {
    return null;
  }
  return (
    <>
      <button
        type="button"
        className="ct-Link ct-RunCell-keep"
        aria-label={trans.__('Keep [%1] as a run', cell.execution_count)}
        title={trans.__(
          'Make a run of this execution, to compare, export or replay it'
        )}
        onClick={() => {
          model.keepCell(cell).then(
            () => setProblem(''),
            (reason: unknown) => setProblem(TrailFailure.of(reason).message)
          );
        }}
      >
        {trans.__('Keep as run')}
      </button>
      {problem !== '' && (
        <span className="ct-Hint" role="alert" dir="auto">
          {problem}
        </span>
      )}
    </>
  );
}

/** What it executed, in the colours of JupyterLab's editors. */
function Source({ cell }: { cell: RunCell }): JSX.Element {
  const { model, trans, languages } = usePage();
  const host = useRef<HTMLElement>(null);
  const [whole, setWhole] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const source = whole ?? cell.source;
  useEffect(() => {
    const node = host.current;
    if (node === null) {
      return;
    }
    node.textContent = source;
    const language = MIMES.map(mime => languages?.findByMIME(mime)).find(
      found => found !== null && found !== undefined
    );
    if (languages !== null && language !== undefined) {
      const coloured = document.createElement('code');
      void languages.highlight(source, language, coloured).then(() => {
        if (node.isConnected && coloured.textContent === source) {
          node.replaceChildren(...coloured.childNodes);
        }
      });
    }
  }, [source, languages]);
  const isCut = whole === null && cell.source.length < cell.source_length;
  return (
    <>
      <div className="ct-Code">
        <pre
          tabIndex={0}
          aria-label={trans.__('What [%1] executed', cell.execution_count)}
        >
          <code ref={host} />
        </pre>
      </div>
      {isCut && (
        <button
          type="button"
          className="ct-Link"
          onClick={() => {
            model
              .wholeSource(cell.execution_id)
              .then(setWhole, (reason: unknown) => {
                setProblem(TrailFailure.of(reason).message);
              });
          }}
        >
          {trans.__('Show all %1 characters', formatCount(cell.source_length))}
        </button>
      )}
      {problem !== '' && <p className="ct-Hint">{problem}</p>}
    </>
  );
}

function Outputs({
  outputs
}: {
  outputs: readonly OutputDigest[];
}): JSX.Element {
  const { trans } = usePage();
  return (
    <Fold title={trans._n('%1 output', '%1 outputs', outputs.length)}>
      <ul className="ct-RunCell-outputs">
        {outputs.map((output, index) => (
          <li key={`${index} ${output.digest}`}>
            <span dir="auto">
              {[...output.media_types, formatBytes(output.size_bytes)].join(
                ' · '
              ) || output.kind}
            </span>
            {output.digest !== '' && <Digest digest={output.digest} />}
          </li>
        ))}
      </ul>
    </Fold>
  );
}
