// XML with everything left out that documents of strangers abuse: no document type, hence no entities of its own, and little nesting.
import { SaxesParser } from 'saxes'

export interface XmlVisitor {
  /** `path` holds the names from the root down to this element. */
  open?(path: readonly string[], attributes: Readonly<Record<string, string>>): void
  /** `text` is that of the element itself, trimmed. */
  close?(path: readonly string[], text: string): void
}

const MAX_BYTES = 4 * 1024 * 1024
const MAX_DEPTH = 64
const MAX_TEXT = 4096

/** What was wrong, or undefined when all was read. What came before the fault was handed over. */
export function readXml(bytes: Buffer, visitor: XmlVisitor): string | undefined {
  if (bytes.length > MAX_BYTES) return `The file is larger than ${MAX_BYTES} bytes.`
  const parser = new SaxesParser()
  const path: string[] = []
  const texts: string[] = []
  function addText(text: string): void {
    const last = texts.length - 1
    const known = texts[last]
    if (known !== undefined && known.length < MAX_TEXT) texts[last] = known + text.slice(0, MAX_TEXT)
  }
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Refused('The file has a document type, which is not read.')
  })
  parser.on('opentag', (tag) => {
    if (path.length >= MAX_DEPTH) throw new Refused('The file is nested too deep.')
    path.push(localName(tag.name))
    texts.push('')
    visitor.open?.(path, tag.attributes as Record<string, string>)
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    visitor.close?.(path, (texts.pop() ?? '').trim())
    path.pop()
  })
  try {
    parser.write(bytes.toString('utf8')).close()
    return undefined
  } catch (error) {
    return error instanceof Refused ? error.message : 'The file is not well-formed XML.'
  }
}

class Refused extends Error {}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
