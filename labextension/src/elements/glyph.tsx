/** An icon in a row that comes and goes: JupyterLab's own component of it listens for a change, and each row would pay. */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { memo } from 'react';

/** The icon's drawing, as it is when it is first shown. */
export const Glyph = memo(function Glyph(props: {
  icon: LabIcon;
}): JSX.Element {
  // The text is the icon's own, never a user's.
  return <span dangerouslySetInnerHTML={{ __html: props.icon.svgstr }} />;
});
