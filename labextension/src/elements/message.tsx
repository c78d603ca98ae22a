/** What a view says in place of what it would show. */
import type { JSX, ReactNode } from 'react';
import { trailIcon } from '../icons';

/** A title and what to do. */
export function Message(props: {
  title: string;
  isAlert?: boolean;
  children: ReactNode;
}): JSX.Element {
  return (
    <div className="ct-Message" role={props.isAlert ? 'alert' : undefined}>
      <trailIcon.react className="ct-Message-icon" tag="div" />
      <h2 className="ct-Message-title">{props.title}</h2>
      {props.children}
    </div>
  );
}
