/** A part of an output that folds: a note, a table that sorts and filters, lines of code. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { useState } from 'react';
import type { ViewSection, ViewTone, ViewValue } from '../api';
import type { RowOrder } from '../model/output';
import { arrangeRows, nextRowOrder } from '../model/output';

/** A table that is longer gets a box to filter its rows. */
const MANY = 8;
/** A text of so many characters stays in one line: the table scrolls instead. */
const SHORT = 32;
const SIGNS: Readonly<Record<ViewTone, string>> = {
  plain: '',
  better: ' ✓',
  worse: ' ✗',
  quiet: ''
};

interface SectionProps {
  section: ViewSection;
  trans: TranslationBundle;
  openRun: (runId: string) => void;
}

/** One part, unfolded or not. */
export function Section(props: SectionProps): JSX.Element {
  const { section } = props;
  return (
    <details className="ct-CellOutput-part" open={section.is_open}>
      <summary>{section.title}</summary>
      {section.note !== '' && <p>{section.note}</p>}
      {section.rows.length > 0 && <Table {...props} />}
      {section.lines.length > 0 && <Lines lines={section.lines} />}
    </details>
  );
}

function Table(props: SectionProps): JSX.Element {
  const { section, trans, openRun } = props;
  const [words, setWords] = useState('');
  const [order, setOrder] = useState<RowOrder | null>(null);
  const rows = arrangeRows(section, words, order);
  return (
    <>
      {section.rows.length > MANY && (
        <input
          type="search"
          className="ct-CellOutput-filter"
          placeholder={trans.__('Filter %1 rows', section.rows.length)}
          aria-label={trans.__('Filter the rows of %1', section.title)}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
      )}
      <div
        className="ct-CellOutput-scroll"
        tabIndex={0}
        role="region"
        aria-label={section.title}
      >
        <table>
          <thead>
            <tr>
              {section.columns.map((column, index) => (
                <th
                  key={index}
                  className={column.is_number ? 'ct-mod-number' : undefined}
                  aria-sort={sortOf(order, index)}
                >
                  {column.name === '' ? null : (
                    <button
                      type="button"
                      onClick={() => setOrder(nextRowOrder(order, index))}
                    >
                      {column.name}
                      <span aria-hidden="true">{arrowOf(order, index)}</span>
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, place) => (
                  <Cell
                    key={place}
                    value={value}
                    isNumber={section.columns[place]?.is_number ?? false}
                    trans={trans}
                    openRun={openRun}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p>{trans.__('No row has these words.')}</p>}
      </div>
    </>
  );
}

function Cell(props: {
  value: ViewValue;
  isNumber: boolean;
  trans: TranslationBundle;
  openRun: (runId: string) => void;
}): JSX.Element {
  const { value, trans } = props;
  const names = [
    `ct-mod-${value.tone}`,
    props.isNumber ? 'ct-mod-number' : '',
    value.text.length <= SHORT ? 'ct-mod-short' : ''
  ].filter(each => each !== '');
  const meaning = { better: trans.__('better'), worse: trans.__('worse') };
  return (
    <td className={names.join(' ')}>
      {value.run_id === '' ? (
        value.text
      ) : (
        <button
          type="button"
          className="ct-CellOutput-run"
          title={trans.__('Show this run in the Trail panel')}
          onClick={() => props.openRun(value.run_id)}
        >
          {value.text}
        </button>
      )}
      {(value.tone === 'better' || value.tone === 'worse') && (
        <span role="img" aria-label={meaning[value.tone]}>
          {SIGNS[value.tone]}
        </span>
      )}
    </td>
  );
}

function Lines(props: { lines: readonly string[] }): JSX.Element {
  return (
    <pre tabIndex={0}>
      {props.lines.map((line, index) => (
        <span key={index} className={kindOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function kindOf(line: string): string | undefined {
  if (line.startsWith('+')) {
    return 'ct-mod-added';
  }
  return line.startsWith('-') ? 'ct-mod-removed' : undefined;
}

function sortOf(
  order: RowOrder | null,
  index: number
): 'ascending' | 'descending' | undefined {
  if (order?.column !== index) {
    return undefined;
  }
  return order.isDescending ? 'descending' : 'ascending';
}

function arrowOf(order: RowOrder | null, index: number): string {
  if (order?.column !== index) {
    return '';
  }
  return order.isDescending ? ' ↓' : ' ↑';
}
