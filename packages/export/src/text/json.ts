// JSON that can be looked at: what acts on whoever shows the text is written as an escape, which every reader takes back.

/** With a newline at its end. */
export function jsonDocument(value: unknown): string {
  // such characters can only stand inside of strings, so that replacing them leaves the document what it is
  const text = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${text}\n`
}
