/** The run's parameters: what was chosen first, defaults folded away. */
import type { JSX } from 'react';
import type { Param, RunDetail } from '../../api';
import { originWord } from '../../model/words';
import { usePanel } from '../context';
import { Fold, Section } from './parts';

/** All parameters. */
export function ParamsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = usePanel();
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
  const { trans } = usePanel();
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
            <td className="ct-Params-value" title={param.value} dir="auto">
              <div>{param.value}</div>
            </td>
            <td className="ct-Params-origin" title={param.source}>
              {originWord(param.origin, trans)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
