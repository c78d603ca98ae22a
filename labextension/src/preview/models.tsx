/** The models of a run: what each is, takes and gives, where it was made, and how to load it. */
import { copyIcon } from '@jupyterlab/ui-components';
import type { JSX, ReactNode } from 'react';
import { useState } from 'react';
import type { Artifact, LoggedModel, RunDetail, ValueSpec } from '../api';
import { IconButton } from '../elements/button';
import {
  formatBytes,
  formatCount,
  formatMoment,
  formatNumber
} from '../model/format';
import {
  formatWords,
  libraryOf,
  loadCode,
  missingWords,
  typeOf
} from '../model/modelcard';
import type { RunPreviews } from './artifacts';
import { Download } from './artifacts';
import { Context, usePreview } from './context';
import { Hint } from './notes';
import { Predictions } from './predictions';
import { Shown } from './shown';

const METRICS = 6;
const COLUMNS = 30;

/** All models of a run; nothing where it has none. */
export function ModelList({
  detail,
  ...context
}: RunPreviews): JSX.Element | null {
  if (detail.models.length === 0) {
    return null;
  }
  return (
    <Context.Provider value={context}>
      <ul className="ct-Models">
        {detail.models.map(model => (
          <li key={model.name}>
            <ModelCard model={model} detail={detail} />
          </li>
        ))}
      </ul>
    </Context.Provider>
  );
}

interface Props {
  model: LoggedModel;
  detail: RunDetail;
}

function ModelCard({ model, detail }: Props): JSX.Element {
  const { trans } = usePreview();
  const isKept = model.state === 'kept';
  const file = artifactOf(detail, model.path);
  const example = artifactOf(detail, model.example_path);
  return (
    <article className="ct-Model" aria-label={model.name}>
      <div className="ct-Model-name" dir="auto">
        {model.name}
      </div>
      {file !== null && <Download artifact={file} />}
      {model.state === 'pending' && (
        <Hint>
          {trans.__('It is being written, or its kernel ended before it was.')}
        </Hint>
      )}
      {model.state === 'not kept' && (
        <Hint>{trans.__('It was not kept: %1', model.notes.join('; '))}</Hint>
      )}
      {isKept && (
        <p
          className={`ct-Model-format${model.format === 'pickle' ? ' ct-mod-warn' : ''}`}
        >
          {formatWords(model, trans)}
        </p>
      )}
      <Facts model={model} detail={detail} />
      {model.signature !== null && (
        <>
          <Signature title={trans.__('Takes')} specs={model.signature.inputs} />
          <Signature
            title={trans.__('Gives')}
            specs={model.signature.outputs}
          />
        </>
      )}
      {example !== null && (
        <Later title={trans.__('Example of what it takes')}>
          <Shown key={example.digest} artifact={example} />
        </Later>
      )}
      {model.predictions_path !== '' && (
        <Later
          title={trans._n(
            'Sample prediction',
            '%1 sample predictions',
            model.prediction_count
          )}
        >
          <Predictions runId={detail.run.run_id} model={model} />
        </Later>
      )}
      {isKept && <Load runId={detail.run.run_id} model={model} />}
      {model.state !== 'not kept' &&
        model.notes.map(note => <Hint key={note}>{note}</Hint>)}
    </article>
  );
}

/** What is asked for when it is unfolded. */
function Later(props: { title: string; children: ReactNode }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="ct-Fold"
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{props.title}</summary>
      {isOpen && props.children}
    </details>
  );
}

function Facts({ model, detail }: Props): JSX.Element {
  const { trans } = usePreview();
  const { run } = detail;
  const chosen = detail.params.filter(
    param => param.origin === 'estimator' && !param.is_default
  );
  const cell =
    run.execution_count > 0 ? trans.__('cell [%1]', run.execution_count) : '';
  const facts: readonly (readonly [string, string])[] = [
    [trans.__('Class'), model.class_name],
    [trans.__('Library'), libraryOf(model.class_name)],
    [
      trans.__('Run’s parameters'),
      chosen.map(param => `${param.key}=${param.value}`).join(', ')
    ],
    [
      trans.__('Run’s metrics'),
      detail.metrics
        .slice(0, METRICS)
        .map(metric => `${metric.key} ${formatNumber(metric.value)}`)
        .join(', ')
    ],
    [
      trans.__('Size'),
      model.size_bytes > 0 ? formatBytes(model.size_bytes) : ''
    ],
    [
      trans.__('Made by'),
      [run.title || run.name, cell, run.notebook_path]
        .filter(part => part !== '')
        .join(', ')
    ],
    [trans.__('Made at'), formatMoment(run.started_at)],
    [trans.__('Kept by'), keptBy(model, trans)],
    [
      trans.__('Needs'),
      model.packages.map(each => `${each.name} ${each.version}`).join(', ')
    ],
    [trans.__('To be trusted'), model.untrusted.join(', ')]
  ];
  return (
    <dl className="ct-Facts">
      {facts
        .filter(([, text]) => text !== '')
        .map(([name, text]) => (
          <div key={name} className="ct-Facts-row">
            <dt>{name}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
    </dl>
  );
}

function keptBy(
  model: LoggedModel,
  trans: ReturnType<typeof usePreview>['trans']
): string {
  if (model.state !== 'kept') {
    return '';
  }
  return model.is_automatic
    ? trans.__('the setting “models”')
    : 'celltrail.log_model';
}

/** Columns with their types. */
function Signature(props: {
  title: string;
  specs: readonly ValueSpec[];
}): JSX.Element | null {
  const { trans } = usePreview();
  const [isAll, setAll] = useState(false);
  const { title, specs } = props;
  if (specs.length === 0) {
    return null;
  }
  const shown = isAll ? specs : specs.slice(0, COLUMNS);
  return (
    <div className="ct-Model-signature">
      <table>
        <caption>{title}</caption>
        <thead className="ct-Voice">
          <tr>
            <th scope="col">{trans.__('Column')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Missing values')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((spec, place) => (
            <tr key={place}>
              <th scope="row" dir="auto">
                {spec.name || trans.__('(whole)')}
              </th>
              <td>
                <code>{typeOf(spec)}</code>
              </td>
              <td className="ct-Model-nullable">{missingWords(spec, trans)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < specs.length && (
        <button type="button" className="ct-Link" onClick={() => setAll(true)}>
          {trans.__('Show %1 more', formatCount(specs.length - shown.length))}
        </button>
      )}
    </div>
  );
}

function Load({
  runId,
  model
}: {
  runId: string;
  model: LoggedModel;
}): JSX.Element {
  const { trans, copy } = usePreview();
  const code = loadCode(runId, model);
  return (
    <div className="ct-Model-load">
      <div className="ct-Model-load-title">
        <span>{trans.__('Load it')}</span>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the code that loads %1', model.name)}
          onClick={() => copy(code)}
        />
      </div>
      <pre
        className="ct-Preview-text"
        dir="ltr"
        tabIndex={0}
        aria-label={trans.__('Code that loads %1', model.name)}
      >
        {code}
      </pre>
    </div>
  );
}

function artifactOf(detail: RunDetail, path: string): Artifact | null {
  return path === ''
    ? null
    : (detail.artifacts.find(each => each.path === path) ?? null);
}
