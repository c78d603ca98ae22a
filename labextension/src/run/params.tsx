/** The run's parameters: what was chosen first, defaults folded away. */
import type { JSX } from 'react';
import { useState } from 'react';
import type { Param, RunDetail } from '../api';
import { formatCount } from '../model/format';
import { originWord } from '../model/words';
import { useRun } from './context';
import { Fold, Section } from './parts';

/** Characters of a value that are shown at once: a value may have a million. */
const SHOWN = 2000;
/** And such that may not fit its cell. */
const LONG = 100;

/** All parameters. */
export function ParamsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const { params } = detail;
  if (params.length === 0) {
    return null;
  }
  const chosen = params.filter(param => !param.is_default);
  const defaults = params.filter(param => param.is_default);
  return (
    <Section title={trans.__('Parameters')} count={chosen.length}>
      {chosen.length > 0 && <ParamTable params={chosen} />}
      {defaults.length > 0 && (
        <Fold title={trans._n('%1 default', '%1 defaults', defaults.length)}>
          <ParamTable params={defaults} />
        </Fold>
      )}
    </Section>
  );
}

/** Keys, values and where they come from. */
export function ParamTable({
  params
}: {
  params: readonly Param[];
}): JSX.Element {
  const { trans } = useRun();
  return (
    <table className="ct-Params">
      <colgroup>
        <col className="ct-Params-keys" />
        <col />
        <col className="ct-Params-origins" />
      </colgroup>
      <thead className="ct-Voice">
        <tr>
          <th scope="col">{trans.__('Parameter')}</th>
          <th scope="col">{trans.__('Value')}</th>
          <th scope="col">{trans.__('Origin')}</th>
        </tr>
      </thead>
      <tbody>
        {params.map(param => (
          <tr key={`${param.origin} ${param.source} ${param.key}`}>
            <th scope="row" title={param.key} dir="auto">
              {param.key}
            </th>
            <ParamValue value={param.value} />
            <td className="ct-Params-origin" title={param.source}>
              {originWord(param.origin, trans)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ParamValue({ value }: { value: string }): JSX.Element {
  const { trans } = useRun();
  const [isAll, setAll] = useState(false);
  const isCut = value.length > SHOWN && !isAll;
  return (
    <td
      className="ct-Params-value"
      title={isCut ? undefined : value.slice(0, SHOWN)}
      dir="auto"
    >
      {/* what may need scrolling can be reached by the keyboard */}
      <div tabIndex={value.length > LONG ? 0 : undefined}>
        {isCut ? `${value.slice(0, SHOWN)} …` : value}
      </div>
      {isCut && (
        <button type="button" className="ct-Link" onClick={() => setAll(true)}>
          {trans.__('Show all %1 characters', formatCount(value.length))}
        </button>
      )}
    </td>
  );
}
