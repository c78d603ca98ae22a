/** What a model said of some rows when it was kept: beside the rows, and against the truth. */
import type { JSX } from 'react';
import { useCallback } from 'react';
import type {
  Confusion,
  LoggedModel,
  PredictionRow,
  PredictionTable
} from '../api';
import { formatCount } from '../model/format';
import { useAsked, usePreview } from './context';
import { Hint, Problem } from './notes';
import { TruthChart } from './truthchart';

/** The sample predictions of a model. */
export function Predictions(props: {
  runId: string;
  model: LoggedModel;
}): JSX.Element {
  const { previews, trans } = usePreview();
  const { runId, model } = props;
  const ask = useCallback(
    () => previews.predictions({ run_id: runId, name: model.name }),
    [previews, runId, model.name]
  );
  const { answer, problem } = useAsked(ask);
  if (problem !== '') {
    return <Problem text={problem} />;
  }
  if (answer === null) {
    return <Hint>{trans.__('Loading…')}</Hint>;
  }
  return (
    <>
      <Hint>{about(answer, trans)}</Hint>
      {answer.confusion !== null && (
        <ConfusionTable confusion={answer.confusion} />
      )}
      {answer.points.length > 0 && <TruthChart points={answer.points} />}
      <Rows table={answer} name={model.name} />
    </>
  );
}

function about(
  table: PredictionTable,
  trans: ReturnType<typeof usePreview>['trans']
): string {
  const rows = formatCount(table.row_count);
  const total = formatCount(table.total_rows);
  return table.has_truth
    ? trans.__(
        'On %1 of the %2 rows that it was fitted on: how it does on others is what the metrics say.',
        rows,
        total
      )
    : trans.__(
        'On %1 of %2 rows. What is true of them was not recorded.',
        rows,
        total
      );
}

function Rows({
  table,
  name
}: {
  table: PredictionTable;
  name: string;
}): JSX.Element {
  const { trans } = usePreview();
  const { inputs, outputs, has_truth: hasTruth } = table;
  // the truth beside what is held against it
  const withTruth = <T,>(first: T[], truth: T): T[] =>
    hasTruth ? [...first.slice(0, 1), truth, ...first.slice(1)] : first;
  const said = withTruth(outputs, trans.__('truth'));
  const saidOf = (row: PredictionRow): (string | null)[] =>
    withTruth(row.outputs, row.truth);
  return (
    <>
      <div
        className="ct-Preview-table"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Sample predictions of %1', name)}
      >
        <table>
          <thead>
            <tr>
              {said.map(each => (
                <th
                  key={`said ${each}`}
                  scope="col"
                  className="ct-mod-said ct-mod-number"
                >
                  {each}
                </th>
              ))}
              {inputs.map((each, place) => (
                <th
                  key={place}
                  scope="col"
                  className="ct-mod-number"
                  dir="auto"
                >
                  {each || trans.__('input')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, place) => (
              <tr key={place}>
                {[...saidOf(row), ...row.inputs].map((cell, column) => (
                  <td
                    key={column}
                    className="ct-mod-number"
                    dir="auto"
                    title={cell ?? undefined}
                  >
                    {cell === null ? (
                      <i className="ct-Preview-missing">
                        {trans.__('missing')}
                      </i>
                    ) : (
                      rounded(cell)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.input_count === 0 && (
        <Hint>
          {trans.__(
            'The rows themselves were not kept with these predictions.'
          )}
        </Hint>
      )}
      {table.input_count > inputs.length && (
        <Hint>
          {trans.__(
            'The first %1 of %2 columns.',
            formatCount(inputs.length),
            formatCount(table.input_count)
          )}
        </Hint>
      )}
    </>
  );
}

/** A float in seven digits; the whole is in the tooltip. */
function rounded(cell: string): string {
  return /^-?\d+\.\d{5,}(e-?\d+)?$/.test(cell)
    ? String(Number(Number(cell).toPrecision(7)))
    : cell;
}

/** How often which label was said of which. */
function ConfusionTable({ confusion }: { confusion: Confusion }): JSX.Element {
  const { trans } = usePreview();
  const most = Math.max(1, ...confusion.rows.flatMap(row => row.counts));
  return (
    <>
      <Hint>
        {trans.__(
          '%1 of %2 predictions are right. Truth by row, prediction by column:',
          formatCount(confusion.right),
          formatCount(confusion.total)
        )}
      </Hint>
      <div
        className="ct-Confusion"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Truth against prediction')}
      >
        <table>
          <thead>
            <tr>
              <td />
              {confusion.labels.map(label => (
                <th key={label} scope="col" dir="auto" title={label}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.rows.map((row, place) => (
              <tr key={row.label}>
                <th scope="row" dir="auto" title={row.label}>
                  {row.label}
                </th>
                {row.counts.map((count, column) => (
                  <td
                    key={column}
                    className={
                      count === 0
                        ? undefined
                        : column === place
                          ? 'ct-mod-right'
                          : 'ct-mod-wrong'
                    }
                    style={{
                      ['--ct-share' as string]: `${Math.round((100 * count) / most)}%`
                    }}
                  >
                    {count === 0 ? '·' : formatCount(count)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
