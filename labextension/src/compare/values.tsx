/** Metrics with their differences, and values that differ. */
import type { JSX } from 'react';
import type {
  Difference,
  Float,
  MetricDifference,
  RunComparison
} from '../api';
import { useFirst } from '../elements/first';
import {
  formatCount,
  formatNumber,
  shortValue,
  toNumber
} from '../model/format';
import type { Part } from '../model/toldapart';
import { toldApart } from '../model/toldapart';
import { useCompare } from './context';
import { RunTable, Section } from './parts';

const FIRST = 100;
const STEP = 500;

/** Metrics that differ. */
export function Metrics({ facts }: { facts: RunComparison }): JSX.Element {
  const { trans } = useCompare();
  const title = trans.__('Metrics');
  const { shown, more } = useFirst(facts.metrics, FIRST, STEP, trans);
  return (
    <Section title={title} count={facts.metrics.length}>
      {facts.metrics.length === 0 ? (
        <p className="ct-Hint">{trans.__('No metric differs.')}</p>
      ) : (
        <RunTable label={title} runs={facts.runs}>
          {shown.map(metric => (
            <tr key={metric.name}>
              <th scope="row" dir="auto">
                {metric.name}
              </th>
              {facts.runs.map((run, place) => (
                <MetricCell key={run.run_id} metric={metric} place={place} />
              ))}
            </tr>
          ))}
        </RunTable>
      )}
      {more}
    </Section>
  );
}

function MetricCell(props: {
  metric: MetricDifference;
  place: number;
}): JSX.Element {
  const { metric, place } = props;
  const value = metric.values[place] ?? null;
  const difference = metric.differences[place] ?? null;
  const sign = metric.better[place] ?? 0;
  if (value === null) {
    return <td className="ct-mod-missing">–</td>;
  }
  return (
    <td title={String(value)}>
      <span className={metric.best.includes(place) ? 'ct-mod-best' : ''}>
        {formatNumber(value)}
      </span>
      {place > 0 && <Delta difference={difference} sign={sign} />}
    </td>
  );
}

function Delta(props: {
  difference: Float | null;
  sign: number;
}): JSX.Element | null {
  const { trans } = useCompare();
  const { difference, sign } = props;
  if (difference === null || difference === 0) {
    return null;
  }
  const words: Record<string, [string, string]> = {
    '1': [' ct-mod-better', trans.__('better')],
    '-1': [' ct-mod-worse', trans.__('worse')]
  };
  const [mod, word] = words[String(sign)] ?? ['', ''];
  return (
    <span className={`ct-Delta${mod}`}>
      {[signed(toNumber(difference)), word].join(' ').trim()}
    </span>
  );
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** Texts that differ; nothing where none does. */
export function Values(props: {
  title: string;
  differences: readonly Difference[];
  facts: RunComparison;
}): JSX.Element | null {
  const { title, differences, facts } = props;
  const { trans } = useCompare();
  const { shown, more } = useFirst(differences, FIRST, STEP, trans);
  if (differences.length === 0) {
    return null;
  }
  return (
    <Section title={title} count={differences.length}>
      <RunTable label={title} runs={facts.runs}>
        {shown.map(one => (
          <tr key={one.name}>
            <th scope="row" dir="auto">
              {one.name}
            </th>
            {toldApart(one.values).map((shown, place) => (
              <ValueCell
                key={place}
                value={one.values[place] ?? null}
                shown={shown}
                baseline={one.values[0] ?? null}
              />
            ))}
          </tr>
        ))}
      </RunTable>
      {more}
    </Section>
  );
}

function ValueCell(props: {
  value: string | null;
  shown: Part;
  baseline: string | null;
}): JSX.Element {
  const { trans } = useCompare();
  const { value, shown, baseline } = props;
  if (value === null) {
    return <td className="ct-mod-missing">–</td>;
  }
  return (
    <td
      className={value === baseline ? '' : 'ct-mod-differs'}
      dir="auto"
      title={shown.text.slice(0, 2000)}
    >
      {shown.isCut ? shown.text : shortValue(value)}
      {shown.isCut && (
        <span className="ct-Hint">
          {' '}
          {trans.__('(%1 characters)', formatCount(value.length))}
        </span>
      )}
    </td>
  );
}
