/** What may come next in a filter: the keys, attributes, operators and words of the grammar, at a place in the text. */
import type { RunKeys } from '../../api';
import { OWN_TAGS } from '../words';
import { ATTRIBUTES, quoteKey } from './columns';

/** A proposal; it replaces the text from `from` to `to`. */
export interface Proposal {
  text: string;
  from: number;
  to: number;
}

const MAX_PROPOSALS = 50;
const ENTITIES = ['metrics', 'params', 'tags', 'attributes'] as const;
const ENTITY_NAMES: Record<string, (typeof ENTITIES)[number]> = {
  metric: 'metrics',
  metrics: 'metrics',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  tags: 'tags',
  attribute: 'attributes',
  attributes: 'attributes',
  attr: 'attributes',
  run: 'attributes'
};
const NUMBER_OPERATORS = [
  '<',
  '<=',
  '>',
  '>=',
  '=',
  '!=',
  'IN (',
  'IS NULL',
  'IS NOT NULL'
];
const TEXT_OPERATORS = [
  '=',
  '!=',
  'LIKE',
  'ILIKE',
  'IN (',
  'NOT IN (',
  'IS NULL',
  'IS NOT NULL'
];
const ANY_OPERATORS = [...new Set([...NUMBER_OPERATORS, ...TEXT_OPERATORS])];
const STATES = ['running', 'finished', 'failed', 'interrupted', 'killed'];
const NAMES: readonly string[] = ['name', ...ATTRIBUTES];
const NUMERIC: readonly string[] = ['start_time', 'end_time', 'duration'];

type Kind = 'name' | 'key' | 'text' | 'number' | 'operator' | 'open';

interface Token {
  kind: Kind;
  text: string;
  from: number;
  to: number;
}

const PATTERN =
  /\s*(?:(`(?:[^`]|``)*`|"(?:[^"]|"")*")|('(?:[^']|'')*')|([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w.]))|([^\W\d][\w/@:-]*|\d[\w/@:-]*)|(<=|>=|!=|<>|==|=|<|>|\(|\)|,|\.)|([`"'].*$))/giy;
const KINDS: readonly Kind[] = [
  'key',
  'text',
  'number',
  'name',
  'operator',
  'open'
];

/** The proposals for the text before the cursor, best first. */
export function complete(
  filter: string,
  cursor: number,
  keys: RunKeys | null
): Proposal[] {
  const tokens = tokenize(filter.slice(0, cursor));
  const last = tokens.at(-1);
  // The word that the cursor is at the end of.
  const word =
    last?.to === cursor && /^(name|open)$/.test(last.kind) ? last : null;
  const typed = word?.text ?? '';
  const from = word?.from ?? cursor;
  const before = word === null ? tokens : tokens.slice(0, -1);
  const words = expected(before, keys);
  const wanted = typed.replace(/^[`"']/, '').toLowerCase();
  return rank(words, wanted)
    .slice(0, MAX_PROPOSALS)
    .map(text => ({ text, from, to: cursor }));
}

/** A text with a proposal in it, and where the cursor is then. */
export function accept(
  filter: string,
  proposal: Proposal
): { text: string; cursor: number } {
  const isOpen = /[.(]$/.test(proposal.text);
  const rest = filter.slice(proposal.to);
  const added = proposal.text + (isOpen || /^\s/.test(rest) ? '' : ' ');
  return {
    text: filter.slice(0, proposal.from) + added + rest,
    cursor: proposal.from + added.length
  };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  for (
    let match = PATTERN.exec(text);
    match !== null;
    match = PATTERN.exec(text)
  ) {
    const index = match.slice(1).findIndex(Boolean);
    const found = match[index + 1] ?? '';
    const to = PATTERN.lastIndex;
    const kind = KINDS[index] ?? 'operator';
    tokens.push({ kind, text: found, from: to - found.length, to });
  }
  return tokens;
}

/** What the grammar takes after these tokens. */
function expected(
  tokens: readonly Token[],
  keys: RunKeys | null
): readonly string[] {
  const last = tokens.at(-1);
  if (last?.text === '.') {
    return keysIn(ENTITY_NAMES[tokens.at(-2)?.text.toLowerCase() ?? ''], keys);
  }
  if (last === undefined || isBetween(last)) {
    return [...ENTITIES.map(each => `${each}.`), ...NAMES];
  }
  if (isEnd(last)) {
    return isInList(tokens) ? [] : ['AND', 'OR'];
  }
  if (isComparing(last)) {
    return valuesFor(tokens);
  }
  return isField(last) ? operatorsFor(tokens) : [];
}

function isBetween(last: Token): boolean {
  return last.kind === 'name'
    ? /^(and|or)$/i.test(last.text)
    : last.text === '(';
}

/** Whether a condition may end here. */
function isEnd(last: Token): boolean {
  return (
    last.kind === 'text' ||
    last.kind === 'number' ||
    last.text === ')' ||
    (last.kind === 'name' && /^null$/i.test(last.text))
  );
}

function isInList(tokens: readonly Token[]): boolean {
  const texts = tokens.map(each => each.text.toLowerCase());
  const open = texts.lastIndexOf('(');
  return open > texts.lastIndexOf(')') && texts[open - 1] === 'in';
}

function isComparing(last: Token): boolean {
  return last.kind === 'name'
    ? /^(like|ilike)$/i.test(last.text)
    : last.kind === 'operator' && /[=<>]/.test(last.text);
}

function isField(last: Token): boolean {
  return last.kind === 'key' || last.kind === 'name';
}

function valuesFor(tokens: readonly Token[]): readonly string[] {
  return fieldBefore(tokens.slice(0, -1)).name === 'status'
    ? STATES.map(state => `'${state}'`)
    : [];
}

function operatorsFor(tokens: readonly Token[]): readonly string[] {
  const { entity, name } = fieldBefore(tokens);
  if (
    entity === 'metrics' ||
    (entity === 'attributes' && NUMERIC.includes(name))
  ) {
    return NUMBER_OPERATORS;
  }
  return entity === 'params' ? ANY_OPERATORS : TEXT_OPERATORS;
}

/** The field that the tokens end with; a key may have dots in it. */
function fieldBefore(tokens: readonly Token[]): {
  entity: string;
  name: string;
} {
  let at = tokens.length - 1;
  const name = tokens[at]?.text.toLowerCase() ?? '';
  while (at >= 2 && tokens[at - 1]?.text === '.') {
    at -= 2;
  }
  const first = tokens[at]?.text.toLowerCase() ?? '';
  const isAlone = at === tokens.length - 1;
  return { entity: isAlone ? 'attributes' : (ENTITY_NAMES[first] ?? ''), name };
}

function keysIn(
  entity: (typeof ENTITIES)[number] | undefined,
  keys: RunKeys | null
): readonly string[] {
  if (entity === 'attributes') {
    return NAMES;
  }
  const found = entity === undefined ? [] : (keys?.[entity] ?? []);
  return found.filter(key => !key.startsWith(OWN_TAGS)).map(quoteKey);
}

/** Those that begin with what was typed, then those that have it within. */
function rank(words: readonly string[], typed: string): string[] {
  const plain = (word: string): string =>
    word.replace(/^[`"']/, '').toLowerCase();
  const within = words.filter(word => plain(word).includes(typed));
  const first = within.filter(word => plain(word).startsWith(typed));
  const rest = within.filter(word => !plain(word).startsWith(typed));
  const found = [...first, ...rest];
  return found.length === 1 && found[0]?.toLowerCase() === typed ? [] : found;
}
