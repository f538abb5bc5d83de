// Enough of XML for the configuration of a servlet container: elements, attributes, text. No entities but the five, no DTD, nothing
// is ever fetched (w3.org/TR/xml).
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly inside: Element[]
  text: string
  readonly line: number
}

const MAX_DEPTH = 64
const MAX_ELEMENTS = 50_000
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<[?!][^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|[^<]+|</g

/** Undefined: not XML, or more than is read. */
export function parseXml(source: string): Element | undefined {
  const root: Element = { name: '', attributes: {}, inside: [], text: '', line: 1 }
  const stack = [root]
  let line = 1
  let count = 0
  for (const match of source.matchAll(TOKEN)) {
    const [whole, cdata, closed, opened, attributes, isEmpty] = match
    const top = stack.at(-1) as Element
    if (opened !== undefined) {
      if (stack.length > MAX_DEPTH || ++count > MAX_ELEMENTS) return undefined
      const element: Element = {
        name: local(opened),
        attributes: attributesOf(attributes ?? ''),
        inside: [],
        text: '',
        line,
      }
      top.inside.push(element)
      if (!isEmpty) stack.push(element)
    } else if (closed !== undefined) {
      if (top.name !== local(closed) || stack.length === 1) return undefined
      stack.pop()
    } else if (cdata !== undefined) top.text += cdata
    else if (!whole.startsWith('<')) top.text += decoded(whole)
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line++
  }
  return stack.length === 1 && root.inside.length > 0 ? root : undefined
}

export function* everyElement({ inside }: Element, name: string): Generator<Element> {
  for (const element of inside) {
    if (element.name === name) yield element
    yield* everyElement(element, name)
  }
}

export function childText({ inside }: Element, name: string): string {
  return inside.find((one) => one.name === name)?.text.trim() ?? ''
}

function attributesOf(text: string): Record<string, string> {
  const found: [string, string][] = []
  for (const [, name = '', double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found.push([name, decoded(double ?? single ?? '')])
  return Object.fromEntries(found)
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}
