/** A box to type words into, with a button that empties it. */
import { closeIcon, searchIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX, KeyboardEvent, ReactNode } from 'react';
import { IconButton } from './button';

/** The box; children stand behind it. */
export function SearchBox(props: {
  label: string;
  value: string;
  trans: TranslationBundle;
  onChange: (text: string) => void;
  onClear: () => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  placeholder?: string;
  title?: string;
  className?: string;
  children?: ReactNode;
}): JSX.Element {
  const { label, value } = props;
  return (
    <div className={`ct-Search ${props.className ?? ''}`.trimEnd()}>
      <searchIcon.react className="ct-Search-icon" tag="span" />
      <input
        className="ct-Search-input"
        type="text"
        role="searchbox"
        spellCheck={false}
        aria-label={label}
        title={props.title}
        placeholder={props.placeholder ?? label}
        value={value}
        onChange={event => props.onChange(event.target.value)}
        onKeyDown={props.onKeyDown}
      />
      {value !== '' && (
        <IconButton
          icon={closeIcon}
          label={props.trans.__('Clear')}
          onClick={props.onClear}
        />
      )}
      {props.children}
    </div>
  );
}
