/** One value chosen of several, by a list that opens. */
import type { JSX } from 'react';

/** How strongly a curve is smoothed: the weight of what came before. */
export const SMOOTHINGS = [0, 0.3, 0.6, 0.9, 0.97];

/** A label and its list. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  values: readonly T[];
  onChange: (value: T) => void;
}): JSX.Element {
  const { label, value, values, onChange } = props;
  return (
    <label>
      {label}{' '}
      <select
        className="ct-Select"
        value={value}
        onChange={event => {
          const chosen = values.find(each => each === event.target.value);
          if (chosen !== undefined) {
            onChange(chosen);
          }
        }}
      >
        {values.map(each => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
