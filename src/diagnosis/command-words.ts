/** Text as typed in Slack or a terminal -> words: quotes, smart punctuation and Slack's escapes taken care of. */

export interface CommandWord {
  readonly text: string;
  /** Quoted words are never flags. */
  readonly quoted: boolean;
}

/** Opening quotation mark -> the marks that close it; keyboards that are too clever mix them. */
const closing: Readonly<Record<string, string>> = {
  '"': '"“”„',
  '“': '"“”',
  '”': '"“”',
  '„': '"“”',
  '«': '»',
  "'": "'‘’",
  '‘': "'‘’",
  '’': "'‘’",
  '`': '`',
};

/**
 * Splits a line into words. A quotation mark opens a quoted word only at the start of a word or after `=`, so an apostrophe inside one is
 * itself; one that is never closed is dropped. A link as Slack writes it (`<https://…|label>`) is one word. Never throws.
 */
export function tokenise(line: string): readonly CommandWord[] {
  const text = line.replace(/[\p{Cf}]/gu, '').replace(/[\p{Cc}\p{Z}]/gu, ' ');
  const words: CommandWord[] = [];
  let index = 0;
  while (index < text.length) {
    if (text[index] === ' ') {
      index += 1;
      continue;
    }
    const { word, next } = readWord(text, index);
    if (word.text !== '') words.push(word);
    index = next;
  }
  return words;
}

/** A word given by a shell, which has done its own quoting. */
export function shellWord(text: string): CommandWord {
  return { text: normaliseDashes(text), quoted: false };
}

function readWord(text: string, start: number): { readonly word: CommandWord; readonly next: number } {
  const link = text[start] === '<' ? text.indexOf('>', start) : -1;
  if (link !== -1) return { word: { text: text.slice(start, link + 1), quoted: true }, next: link + 1 };

  const whole = quotedAt(text, start);
  if (whole !== null) return { word: { text: unescapeSlack(whole.text), quoted: true }, next: whole.next };

  let word = '';
  let index = start;
  while (index < text.length && text[index] !== ' ') {
    const quoted = text[index - 1] === '=' ? quotedAt(text, index) : null;
    word += quoted?.text ?? text[index];
    index = quoted?.next ?? index + 1;
  }
  const opening = closing[word[0] ?? ''] === undefined ? word : word.slice(1);
  return { word: { text: normaliseDashes(unescapeSlack(opening)), quoted: false }, next: index };
}

/** The quoted text that begins here, if its closing mark ends a word. */
function quotedAt(text: string, start: number): { readonly text: string; readonly next: number } | null {
  const marks = closing[text[start] ?? ''];
  if (marks === undefined) return null;
  for (let index = start + 1; index < text.length; index++) {
    if (marks.includes(text[index] ?? ' ') && (index + 1 === text.length || text[index + 1] === ' '))
      return { text: text.slice(start + 1, index), next: index + 1 };
  }
  return null;
}

/** Keyboards and Slack turn `--` into one long dash. */
function normaliseDashes(word: string): string {
  return word.replace(/^(?:[‒–—―−⸺⸻]|--+)[-‒–—―−]*(?=\p{L})/u, '--');
}

/** The three characters that Slack escapes in the text that it sends. */
function unescapeSlack(word: string): string {
  return word.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
