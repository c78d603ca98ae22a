/** What the runs are grouped by: typed, with proposals out of all keys. */
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import { fieldOf } from '../model/table/columns';
import { groupFields } from '../model/table/groups';
import { useTable } from './context';

const MAX_PROPOSED = 100;

/** A box whose text is a field of the grammar. */
export function GroupBox(): JSX.Element {
  const { model, trans, id } = useTable();
  const { group } = model.view;
  const shown = group === null ? '' : fieldOf(group);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const fields = groupFields(model.keys);
  const wanted = text.toLowerCase();
  const proposed = fields.filter(each =>
    each.text.toLowerCase().includes(wanted)
  );
  const take = (typed: string): void => {
    setText(typed);
    const field = fields.find(each => each.text === typed);
    if (typed === '') {
      model.setView({ group: null });
    } else if (field !== undefined) {
      model.setView({ group: field.field });
    }
  };
  return (
    <label className="ct-Group">
      {trans.__('Group by')}
      <input
        className="ct-Group-input"
        type="search"
        list={`${id}-groups`}
        spellCheck={false}
        placeholder={trans.__('nothing')}
        value={text}
        onChange={event => take(event.target.value)}
        onBlur={() => setText(shown)}
      />
      <datalist id={`${id}-groups`}>
        {proposed.slice(0, MAX_PROPOSED).map(each => (
          <option key={each.text} value={each.text} />
        ))}
      </datalist>
    </label>
  );
}
