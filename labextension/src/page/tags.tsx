/** The tags of the run, edited where they stand. */
import { closeIcon } from '@jupyterlab/ui-components';
import type { FormEvent, JSX, KeyboardEvent } from 'react';
import { useRef, useState } from 'react';
import type { RunDetail, Tag } from '../api';
import { IconButton } from '../elements/button';
import { TrailFailure } from '../model/failure';
import type { PageModel } from '../model/page';
import { givenTags } from '../model/words';
import { Section } from '../run/parts';
import { usePage } from './context';

const MAX_KEY = 250;
const MAX_VALUE = 8000;

/** All of them, and a place for one more. */
export function TagsSection({ detail }: { detail: RunDetail }): JSX.Element {
  const { trans } = usePage();
  const [problem, setProblem] = useState('');
  const tags = givenTags(detail);
  return (
    <Section title={trans.__('Tags')} count={tags.length}>
      <ul className="ct-Page-tags">
        {tags.map(tag => (
          <TagRow key={tag.key} tag={tag} tell={setProblem} />
        ))}
      </ul>
      <NewTag tell={setProblem} />
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {problem}
        </div>
      )}
    </Section>
  );
}

function change(
  model: PageModel,
  edit: Parameters<PageModel['edit']>[0],
  tell: (problem: string) => void
): void {
  model.edit(edit).then(
    () => tell(''),
    (reason: unknown) => tell(TrailFailure.of(reason).message)
  );
}

function TagRow(props: {
  tag: Tag;
  tell: (problem: string) => void;
}): JSX.Element {
  const { model, trans } = usePage();
  const { tag, tell } = props;
  const input = useRef<HTMLInputElement>(null);
  const save = (): void => {
    const value = input.current?.value.trim() ?? tag.value;
    if (value !== tag.value && value !== '') {
      change(model, { tags: [{ key: tag.key, value }] }, tell);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      save();
    } else if (event.key === 'Escape' && input.current !== null) {
      event.stopPropagation();
      input.current.value = tag.value;
    }
  };
  return (
    <li>
      <span className="ct-Page-tagKey" title={tag.key} dir="auto">
        {tag.key}
      </span>
      <input
        // another value from outside begins anew
        key={tag.value}
        ref={input}
        className="ct-Search-input ct-mod-framed"
        type="text"
        spellCheck={false}
        maxLength={MAX_VALUE}
        defaultValue={tag.value}
        aria-label={trans.__('Tag %1', tag.key)}
        dir="auto"
        onKeyDown={onKeyDown}
        onBlur={save}
      />
      <IconButton
        icon={closeIcon}
        label={trans.__('Take off the tag %1', tag.key)}
        onClick={() => change(model, { removed_tags: [tag.key] }, tell)}
      />
    </li>
  );
}

function NewTag({ tell }: { tell: (problem: string) => void }): JSX.Element {
  const { model, trans } = usePage();
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const isWhole = key.trim() !== '' && value.trim() !== '';
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (isWhole) {
      const tags = [{ key: key.trim(), value: value.trim() }];
      change(model, { tags }, tell);
      setKey('');
      setValue('');
    }
  };
  return (
    <form className="ct-Page-newTag" onSubmit={onSubmit}>
      <input
        className="ct-Search-input ct-mod-framed"
        type="text"
        spellCheck={false}
        maxLength={MAX_KEY}
        placeholder={trans.__('tag')}
        aria-label={trans.__('Name of a new tag')}
        value={key}
        onChange={event => setKey(event.target.value)}
      />
      <input
        className="ct-Search-input ct-mod-framed"
        type="text"
        spellCheck={false}
        maxLength={MAX_VALUE}
        placeholder={trans.__('value')}
        aria-label={trans.__('Value of a new tag')}
        value={value}
        onChange={event => setValue(event.target.value)}
      />
      <button type="submit" className="ct-Button" disabled={!isWhole}>
        {trans.__('Add')}
      </button>
    </form>
  );
}
