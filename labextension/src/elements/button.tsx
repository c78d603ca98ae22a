/** A small button that shows an icon. */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

/** A small button with an icon and a name. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  isPressed?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="ct-IconButton"
      title={props.label}
      aria-label={props.label}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      onClick={props.onClick}
    >
      <props.icon.react tag="span" />
    </button>
  );
}
