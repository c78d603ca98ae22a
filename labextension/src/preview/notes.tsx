/** What a preview says beside what it shows. */
import type { JSX, ReactNode } from 'react';

/** Something to know. */
export function Hint({ children }: { children: ReactNode }): JSX.Element {
  return (
    <p className="ct-Hint" dir="auto">
      {children}
    </p>
  );
}

/** What went wrong, and what to do. */
export function Problem({ text }: { text: string }): JSX.Element {
  return (
    <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
      {text}
    </div>
  );
}
