/** The verdict of a replay: the checklist, what was compared, with both values. */
import type { JSX } from 'react';
import { useState } from 'react';
import type { CheckItem, Finding, ReplayReport, RunSummary } from '../api';
import type { Translate } from '../model/format';
import { baseName, formatMoment, shortDigest } from '../model/format';
import { useRun } from './context';
import { Effect } from './effect';
import { Fold } from './parts';

const SHOWN = 30;
const DIGEST = /^(xxh3-128|blake3|blake2b-\d+):[0-9a-f]+$/;

/** A verdict by its shape and its word. */
export function VerdictMark({ status }: { status: string }): JSX.Element {
  const { trans } = useRun();
  const shapes: Record<string, readonly [string, string]> = {
    identical: ['✓', trans.__('identical')],
    'within tolerance': ['≈', trans.__('within tolerance')],
    'not compared': ['~', trans.__('not compared')],
    'not checked': ['–', trans.__('not checked')],
    differs: ['≠', trans.__('differs')],
    cannot: ['?', trans.__('cannot be told')]
  };
  const [shape, word] = shapes[status] ?? ['', status];
  return (
    <span className={`ct-Verdict ct-mod-${status.replaceAll(' ', '-')}`}>
      <span aria-hidden="true">{shape}</span>
      {word}
    </span>
  );
}

/** A whole report. */
export function ReportView(props: {
  report: ReplayReport;
  run: RunSummary;
}): JSX.Element {
  const { report, run } = props;
  const { trans } = useRun();
  const { first_divergent: first } = report;
  const isOriginal = report.run_id === run.run_id;
  const isSwapped = report.changes.length > 0;
  return (
    <div className="ct-Report">
      <p className="ct-Replay-line">
        {!isSwapped && <VerdictMark status={report.status} />}{' '}
        <span dir="auto">{report.reason}</span>
      </p>
      <p className="ct-Hint">
        {report.was_widened
          ? trans.__(
              '%1 · all cells of the session were executed',
              formatMoment(report.started_at)
            )
          : formatMoment(report.started_at)}
      </p>
      {isSwapped && <Effect report={report} />}
      {first !== null && (
        <div className="ct-Divergence">
          {trans.__(
            'First cell that went another way: [%1]',
            first.execution_count
          )}
          <code dir="auto"> {first.label}</code>
          <Sides name={first.what} before={first.before} after={first.after} />
        </div>
      )}
      <table className="ct-Checklist">
        <caption>{trans.__('Checklist')}</caption>
        <tbody>
          {report.checklist.map(item => (
            <ItemRow key={item.name} item={item} />
          ))}
        </tbody>
      </table>
      {!isSwapped && <Results findings={report.results} />}
      <Links report={report} run={run} isOriginal={isOriginal} />
    </div>
  );
}

/** A point of the checklist in words. */
export function itemName(name: string, trans: Translate): string {
  const names: Record<string, string> = {
    code: trans.__('code'),
    data: trans.__('data'),
    environment: trans.__('environment'),
    seed: trans.__('seed'),
    hardware: trans.__('hardware')
  };
  return names[name] ?? name;
}

function ItemRow({ item }: { item: CheckItem }): JSX.Element {
  const { trans } = useRun();
  return (
    <tr>
      <th scope="row">{itemName(item.name, trans)}</th>
      <td>
        <VerdictMark status={item.status} />
        {item.note !== '' && (
          <span className="ct-Checklist-note" dir="auto">
            {item.note}
          </span>
        )}
        {item.findings.length > 0 && (
          <Fold
            title={trans._n('%1 finding', '%1 findings', item.findings.length)}
          >
            <Findings findings={item.findings} />
          </Fold>
        )}
      </td>
    </tr>
  );
}

function Results({ findings }: { findings: readonly Finding[] }): JSX.Element {
  const { trans } = useRun();
  const others = findings.filter(each => each.status !== 'identical');
  const metrics = findings.filter(
    each => each.status === 'identical' && each.name.startsWith('metric ')
  );
  const rest = findings.length - others.length - metrics.length;
  return (
    <>
      <h4>{trans.__('Results')}</h4>
      <Findings findings={[...others, ...metrics]} />
      {rest > 0 && (
        <p className="ct-Hint">
          {trans._n('%1 more is identical', '%1 more are identical', rest)}
        </p>
      )}
    </>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }): JSX.Element {
  const { trans } = useRun();
  const hidden = findings.length - SHOWN;
  return (
    <>
      <ul className="ct-Findings">
        {findings.slice(0, SHOWN).map((each, index) => (
          <li key={`${index} ${each.name}`}>
            <VerdictMark status={each.status} />
            <Sides
              name={each.name}
              before={each.before}
              after={each.status === 'identical' ? each.before : each.after}
            />
            {each.note !== '' && (
              <span className="ct-Checklist-note" dir="auto">
                {each.note}
              </span>
            )}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <p className="ct-Hint">{trans.__('and %1 more', hidden)}</p>
      )}
    </>
  );
}

/** A thing with what it was then and what it is now; one value where both are the same. */
function Sides(props: {
  name: string;
  before: string;
  after: string;
}): JSX.Element {
  const { name, before, after } = props;
  const { trans } = useRun();
  const none = trans.__('nothing');
  return (
    <span className="ct-Sides" dir="auto">
      <span className="ct-Sides-name">{name}</span>
      {before === after ? (
        before !== '' && <code title={before}>{short(before)}</code>
      ) : (
        <>
          <span title={before}>
            {trans.__('then')} <code>{short(before) || none}</code>
          </span>
          <span title={after}>
            {trans.__('now')} <code>{short(after) || none}</code>
          </span>
        </>
      )}
    </span>
  );
}

function short(value: string): string {
  return DIGEST.test(value) ? shortDigest(value) : value.slice(0, 200);
}

function Links(props: {
  report: ReplayReport;
  run: RunSummary;
  isOriginal: boolean;
}): JSX.Element {
  const { report, run, isOriginal } = props;
  const { model, trans, openReplayNotebook } = useRun();
  const [problem, setProblem] = useState('');
  const notebook = report.attempts.at(-1)?.notebook ?? '';
  const other = isOriginal ? report.replayed_run_id : report.run_id;
  return (
    <div className="ct-Replay-buttons">
      {other !== '' && (
        <button
          type="button"
          className="ct-Button"
          onClick={() => void model.openRun(other)}
        >
          {isOriginal
            ? trans.__('Show the replayed run')
            : trans.__('Show the original run')}
        </button>
      )}
      {notebook !== '' && (
        <button
          type="button"
          className="ct-Button"
          title={trans.__(
            'Saves a copy of the notebook that was executed, and opens it'
          )}
          onClick={() => {
            void openReplayNotebook(baseName(notebook), run).then(setProblem);
          }}
        >
          {trans.__('Open the notebook')}
        </button>
      )}
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {problem}
        </div>
      )}
    </div>
  );
}
