/** What a replay is not to take as it was recorded: chosen before the plan is agreed to, and the plan follows. */
import type { JSX } from 'react';
import { useId, useState } from 'react';
import type { ReplayChoice } from '../model/replay';
import { AS_RECORDED } from '../model/replay';
import { useRun } from './context';
import { Fold } from './parts';

/** What the reader has set; `other` is the file that stands for `file`, all data where that is empty. */
interface Draft {
  environment: 'here' | 'recorded';
  isSeed: boolean;
  seed: string;
  isData: boolean;
  file: string;
  other: string;
  isCode: boolean;
  isEnvironment: boolean;
}

const NOTHING: Draft = {
  environment: 'here',
  isSeed: false,
  seed: '',
  isData: false,
  file: '',
  other: '',
  isCode: false,
  isEnvironment: false
};

/** In the words of the command line. */
function choiceOf(draft: Draft): ReplayChoice {
  const isHere = draft.environment === 'here';
  const swaps: string[] = [];
  if (draft.isSeed) {
    swaps.push(draft.seed === '' ? 'seed' : `seed=${draft.seed}`);
  }
  if (draft.isData) {
    const other = draft.other === '' ? '' : `=${draft.other}`;
    swaps.push(draft.file === '' ? 'data' : `data:${draft.file}${other}`);
  }
  if (draft.isCode) {
    swaps.push('code');
  }
  if (draft.isEnvironment && isHere) {
    swaps.push('environment');
  }
  return { environment: draft.environment, swaps };
}

/** The choices; folded, for most replays need none. */
export function Conditions(): JSX.Element {
  const { model, trans } = useRun();
  const [draft, setDraft] = useState(NOTHING);
  const set = (change: Partial<Draft>): void => {
    const next = { ...draft, ...change };
    const before = JSON.stringify(choiceOf(draft));
    setDraft(next);
    const choice = choiceOf(next);
    if (JSON.stringify(choice) !== before) {
      void model.replay.choose(choice);
    }
  };
  const isChanged =
    JSON.stringify(choiceOf(draft)) !== JSON.stringify(AS_RECORDED);
  return (
    <Fold
      title={
        isChanged
          ? trans.__('Environment and swaps: not all as recorded')
          : trans.__('Environment and swaps')
      }
    >
      <div className="ct-Conditions">
        <Environments draft={draft} set={set} />
        <fieldset>
          <legend>
            {trans.__('Swap, to see what it does to the metrics')}
          </legend>
          <SeedSwap draft={draft} set={set} />
          <DataSwap draft={draft} set={set} />
          <Check
            text={trans.__('Code: the project’s modules as they are now')}
            isOn={draft.isCode}
            onChange={isCode => set({ isCode })}
          />
          <Check
            text={trans.__('Environment: the present one')}
            isOn={draft.isEnvironment && draft.environment === 'here'}
            isDisabled={draft.environment === 'recorded'}
            onChange={isEnvironment => set({ isEnvironment })}
          />
        </fieldset>
      </div>
    </Fold>
  );
}

interface PartProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

function Environments({ draft, set }: PartProps): JSX.Element {
  const { trans } = useRun();
  const name = useId();
  const choice = (value: Draft['environment'], text: string): JSX.Element => (
    <label>
      <input
        type="radio"
        name={name}
        checked={draft.environment === value}
        onChange={() => set({ environment: value })}
      />
      {text}
    </label>
  );
  return (
    <fieldset>
      <legend>{trans.__('Environment')}</legend>
      {choice('here', trans.__('the present one'))}
      {choice(
        'recorded',
        trans.__('one made with the recorded packages (may take minutes)')
      )}
    </fieldset>
  );
}

function SeedSwap({ draft, set }: PartProps): JSX.Element {
  const { trans } = useRun();
  return (
    <div className="ct-Conditions-row">
      <Check
        text={trans.__('Seed')}
        isOn={draft.isSeed}
        onChange={isSeed => set({ isSeed })}
      />
      <Entry
        label={trans.__('The seed')}
        placeholder={trans.__('drawn')}
        isNumber
        isDisabled={!draft.isSeed}
        onEntered={seed => set({ seed })}
      />
    </div>
  );
}

function DataSwap({ draft, set }: PartProps): JSX.Element {
  const { model, trans } = useRun();
  return (
    <>
      <div className="ct-Conditions-row">
        <Check
          text={trans.__('Data')}
          isOn={draft.isData}
          onChange={isData => set({ isData })}
        />
        <select
          className="ct-Conditions-entry"
          aria-label={trans.__('Which data')}
          disabled={!draft.isData}
          value={draft.file}
          onChange={event => set({ file: event.target.value })}
        >
          <option value="">{trans.__('all, as they are now')}</option>
          {model.replay.files.map(file => (
            <option key={file} value={file}>
              {file}
            </option>
          ))}
        </select>
      </div>
      {draft.isData && draft.file !== '' && (
        <div className="ct-Conditions-row">
          <Entry
            label={trans.__('The file that stands for %1', draft.file)}
            placeholder={trans.__('as it is now, or another file')}
            onEntered={other => set({ other })}
          />
        </div>
      )}
    </>
  );
}

function Check(props: {
  text: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
}): JSX.Element {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.isOn}
        disabled={props.isDisabled}
        onChange={event => props.onChange(event.target.checked)}
      />
      {props.text}
    </label>
  );
}

/** A text that counts when it is whole: with Enter, or when the reader goes on. */
function Entry(props: {
  label: string;
  placeholder: string;
  isNumber?: boolean;
  isDisabled?: boolean;
  onEntered: (text: string) => void;
}): JSX.Element {
  const [text, setText] = useState('');
  return (
    <input
      className="ct-Conditions-entry"
      type="text"
      inputMode={props.isNumber ? 'numeric' : 'text'}
      spellCheck={false}
      aria-label={props.label}
      placeholder={props.placeholder}
      disabled={props.isDisabled}
      value={text}
      onChange={event => setText(event.target.value)}
      onBlur={() => props.onEntered(text.trim())}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          props.onEntered(text.trim());
        }
      }}
    />
  );
}
