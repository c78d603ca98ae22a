/** The filter: MLflow's grammar, with proposals for what may come next and a mark where it cannot be read. */
import { closeIcon, filterIcon } from '@jupyterlab/ui-components';
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../elements/button';
import type { TrailFailure } from '../model/failure';
import type { Proposal } from '../model/table/completion';
import { accept, complete } from '../model/table/completion';
import type { TableModel } from '../model/table/table';
import { useTable } from './context';

/** The box, its proposals and its mistake. */
export function FilterBox(): JSX.Element {
  const { model, trans, id } = useTable();
  const input = useRef<HTMLInputElement>(null);
  const [proposals, setProposals] = useState<readonly Proposal[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [isFocused, setFocused] = useState(false);
  const { filter } = model.view;
  const isOpen = proposals.length > 0;
  const mistake = mistakeOf(model, isFocused);
  const isWrong = mistake !== null;
  const propose = (): void => {
    const node = input.current;
    if (node !== null) {
      const at = node.selectionStart ?? node.value.length;
      setProposals(complete(node.value, at, model.keys));
      setChosen(-1);
    }
  };
  const close = (): void => setProposals([]);
  const cursor = useRef(-1);
  const take = (proposal: Proposal): void => {
    const taken = accept(filter, proposal);
    cursor.current = taken.cursor;
    model.setView({ filter: taken.text }, true);
  };
  useEffect(() => {
    if (cursor.current >= 0) {
      input.current?.setSelectionRange(cursor.current, cursor.current);
      cursor.current = -1;
      propose();
    }
  });
  const step = (by: number): void => {
    const { length } = proposals;
    // From none, down is the first and up the last.
    const from = chosen < 0 && by < 0 ? length : chosen;
    setChosen((from + by + length) % length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isTaken = isOpen
      ? inProposals(event.key, proposals[chosen])
      : outside(event.key);
    if (isTaken) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const inProposals = (key: string, proposal?: Proposal): boolean => {
    const acts: Record<string, () => void> = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Escape: close,
      Enter: () => (proposal === undefined ? ask() : take(proposal))
    };
    if (proposal !== undefined) {
      acts.Tab = () => take(proposal);
    }
    acts[key]?.();
    return key in acts;
  };
  const outside = (key: string): boolean => {
    const acts: Record<string, () => void> = { ArrowDown: propose, Enter: ask };
    acts[key]?.();
    return key in acts;
  };
  const ask = (): void => {
    close();
    void model.refresh();
  };
  return (
    <div className="ct-Filter">
      <div className={`ct-Search${isWrong ? ' ct-mod-wrong' : ''}`}>
        <filterIcon.react className="ct-Search-icon" tag="span" />
        <input
          ref={input}
          className="ct-Search-input ct-Filter-input"
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          aria-label={trans.__('Filter runs by an expression')}
          aria-expanded={isOpen}
          aria-controls={`${id}-proposals`}
          aria-autocomplete="list"
          aria-activedescendant={
            isOpen && chosen >= 0 ? `${id}-proposal-${chosen}` : undefined
          }
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-mistake` : undefined}
          dir="ltr" // an expression is read that way in every language
          placeholder="metrics.rmse < 1 and params.alpha = '0.1'"
          value={filter}
          onChange={event => {
            model.setView({ filter: event.target.value }, true);
            propose();
          }}
          onClick={propose}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            close();
          }}
          onKeyDown={onKeyDown}
        />
        {filter !== '' && (
          <IconButton
            icon={closeIcon}
            label={trans.__('Clear the filter')}
            onClick={() => model.setView({ filter: '' })}
          />
        )}
      </div>
      <ul
        id={`${id}-proposals`}
        className={`ct-Proposals${isOpen ? '' : ' ct-mod-closed'}`}
        role="listbox"
        aria-label={trans.__('What may come next')}
      >
        {proposals.map((proposal, index) => (
          <li
            key={proposal.text}
            id={`${id}-proposal-${index}`}
            role="option"
            aria-selected={index === chosen}
            className="ct-Proposal"
            onMouseDown={event => {
              event.preventDefault();
              take(proposal);
            }}
          >
            {proposal.text}
          </li>
        ))}
      </ul>
      {isWrong && (
        <Mistake
          id={`${id}-mistake`}
          text={filter}
          position={mistake.position}
          message={mistake.message}
        />
      )}
    </div>
  );
}

/** Why the filter cannot be read; null also while its end is just being typed. */
function mistakeOf(model: TableModel, isFocused: boolean): TrailFailure | null {
  const { failure } = model;
  if (!model.isMisread || failure === null) {
    return null;
  }
  const isUnfinished = (failure.position ?? 0) >= model.view.filter.length;
  return isFocused && isUnfinished ? null : failure;
}

/** The filter once more with its first wrong character marked, and what was expected there. */
function Mistake(props: {
  id: string;
  text: string;
  position: number | null;
  message: string;
}): JSX.Element {
  // The server counts characters, JavaScript halves of some.
  const characters = Array.from(props.text);
  const at = props.position ?? characters.length;
  return (
    <div id={props.id} className="ct-Mistake" role="alert">
      <code className="ct-Mistake-text">
        {characters.slice(0, at).join('')}
        <mark>{characters[at] ?? '\u00a0'}</mark>
        {characters.slice(at + 1).join('')}
      </code>
      <span dir="auto">{props.message}</span>
    </div>
  );
}
