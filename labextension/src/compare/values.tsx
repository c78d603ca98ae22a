/** Metrics with their differences, and values that differ. */
import type { JSX } from 'react';
import type {
  Difference,
  Float,
  MetricDifference,
  RunComparison
} from '../api';
import { formatNumber, shortValue, toNumber } from '../model/format';
import { useCompare } from './context';
import { RunTable, Section } from './parts';

const LONG = 400;

/** Metrics that differ. */
export function Metrics({ facts }: { facts: RunComparison }): JSX.Element {
  const { trans } = useCompare();
  const title = trans.__('Metrics');
  return (
    <Section title={title} count={facts.metrics.length}>
      {facts.metrics.length === 0 ? (
        <p className="ct-Hint">{trans.__('No metric differs.')}</p>
      ) : (
        <RunTable label={title} runs={facts.runs}>
          {facts.metrics.map(metric => (
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
  if (differences.length === 0) {
    return null;
  }
  return (
    <Section title={title} count={differences.length}>
      <RunTable label={title} runs={facts.runs}>
        {differences.map(one => (
          <tr key={one.name}>
            <th scope="row" dir="auto">
              {one.name}
            </th>
            {one.values.map((value, place) => (
              <ValueCell
                key={place}
                value={value}
                baseline={one.values[0] ?? null}
              />
            ))}
          </tr>
        ))}
      </RunTable>
    </Section>
  );
}

function ValueCell(props: {
  value: string | null;
  baseline: string | null;
}): JSX.Element {
  const { value, baseline } = props;
  if (value === null) {
    return <td className="ct-mod-missing">–</td>;
  }
  return (
    <td
      className={value === baseline ? '' : 'ct-mod-differs'}
      dir="auto"
      title={value.slice(0, 2000)}
    >
      {value.length > LONG ? `${value.slice(0, LONG)} …` : shortValue(value)}
    </td>
  );
}
