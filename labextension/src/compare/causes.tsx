/** Why do they differ? The likely causes, ranked, each with its evidence. */
import type { JSX } from 'react';
import type { Explanation, LikelyCause, RunComparison, Standing } from '../api';
import { formatNumber } from '../model/format';
import type { Translate } from '../model/format';
import { useCompare } from './context';
import { Failed, Notes, Section } from './parts';
import { Prove } from './prove';

const SHOWN_EVIDENCE = 6;

/** The section. */
export function Causes({ facts }: { facts: RunComparison }): JSX.Element {
  const { model, trans } = useCompare();
  const { answer, failure } = model.pair;
  return (
    <Section title={trans.__('Why do they differ?')}>
      <Choices facts={facts} />
      {failure !== null && <Failed message={failure.message} />}
      {failure === null && answer === null && (
        <p className="ct-Hint" role="status">
          {trans.__('Looking for causes…')}
        </p>
      )}
      {answer !== null && <Ranked explanation={answer} said={facts.notes} />}
    </Section>
  );
}

/** Which run against the baseline, and which metric. */
function Choices({ facts }: { facts: RunComparison }): JSX.Element {
  const { model, trans } = useCompare();
  const others = facts.runs.slice(1);
  return (
    <div className="ct-Compare-choices">
      {others.length > 1 && (
        <label>
          {trans.__('Run')}{' '}
          <select
            className="ct-Select"
            value={model.other}
            onChange={event => void model.setOther(event.target.value)}
          >
            {others.map(run => (
              <option key={run.run_id} value={run.run_id}>
                {`${run.run_id.slice(0, 8)} ${run.title || run.name} ${run.differs}`}
              </option>
            ))}
          </select>
        </label>
      )}
      {facts.metrics.length > 1 && (
        <label>
          {trans.__('Metric')}{' '}
          <select
            className="ct-Select"
            value={model.metric}
            onChange={event => void model.setMetric(event.target.value)}
          >
            <option value="">{trans.__('the key metric')}</option>
            {facts.metrics.map(metric => (
              <option key={metric.name} value={metric.name}>
                {metric.name}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function Ranked(props: {
  explanation: Explanation;
  /** Notes that stand above already. */
  said: readonly string[];
}): JSX.Element {
  const { trans } = useCompare();
  const { causes, values, metric, notes } = props.explanation;
  const [first, second] = values;
  return (
    <>
      {metric !== '' && (
        <p className="ct-Compare-line">
          <span dir="auto">{`${metric}: ${told(first)} → ${told(second)}`}</span>
        </p>
      )}
      <Notes notes={notes.filter(note => !props.said.includes(note))} />
      {causes.length === 0 ? (
        <p>
          {trans.__(
            'Nothing that is recorded differs. Time, network and the order of threads are not recorded.'
          )}
        </p>
      ) : (
        <ol className="ct-Causes" aria-label={trans.__('Likely causes')}>
          {causes.map(cause => (
            <Cause key={cause.kind + cause.title} cause={cause} />
          ))}
        </ol>
      )}
    </>
  );
}

function told(value: Explanation['values'][number] | undefined): string {
  return value === null || value === undefined ? '–' : formatNumber(value);
}

function Cause({ cause }: { cause: LikelyCause }): JSX.Element {
  const { trans } = useCompare();
  // what the title says is not said again below it
  const told = cause.evidence.filter(line => !cause.title.includes(line));
  const shown = told.slice(0, SHOWN_EVIDENCE);
  const rest = told.slice(SHOWN_EVIDENCE);
  return (
    <li className={`ct-Cause ct-mod-${cause.standing}`}>
      <div className="ct-Cause-line">
        <span className="ct-Cause-title" dir="auto">
          {cause.title}
        </span>
        <span className="ct-Chip" title={standingHint(cause.standing, trans)}>
          {standingWord(cause.standing, trans)}
        </span>
      </div>
      <Evidence lines={shown} />
      {rest.length > 0 && (
        <details className="ct-Fold">
          <summary>
            {trans._n('%1 more line', '%1 more lines', rest.length)}
          </summary>
          <Evidence lines={rest} />
        </details>
      )}
      {cause.proof !== null && (
        <div className="ct-Note">
          <span dir="auto">
            {[cause.proof.text, ...cause.proof.doubts].join(' · ')}
          </span>
        </div>
      )}
      <Prove cause={cause} />
    </li>
  );
}

function Evidence({ lines }: { lines: readonly string[] }): JSX.Element {
  return (
    <ul className="ct-Evidence">
      {lines.map((line, place) => (
        <li key={`${place} ${line}`} className={lineClass(line)}>
          <span dir="auto">{line}</span>
        </li>
      ))}
    </ul>
  );
}

function lineClass(line: string): string {
  return { '+': 'ct-mod-added', '-': 'ct-mod-removed' }[line.charAt(0)] ?? '';
}

function standingWord(standing: Standing, trans: Translate): string {
  return {
    proven: trans.__('proven'),
    direct: trans.__('direct'),
    indirect: trans.__('indirect'),
    follows: trans.__('follows'),
    refuted: trans.__('refuted')
  }[standing];
}

function standingHint(standing: Standing, trans: Translate): string {
  return {
    proven: trans.__('A replay with this one cause swapped moved the metric'),
    direct: trans.__('The cells that made the metric use it'),
    indirect: trans.__('It works below or around the cells of the metric'),
    follows: trans.__('Another cause on the list explains it'),
    refuted: trans.__('A replay with it swapped left the metric as it was')
  }[standing];
}
