// Named formats of Kubernetes (apiserver/pkg/cel/library/format.go; the rules are those of apimachinery/pkg/util/validation).
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, member, some, text } from '../function.ts'
import { chargeText } from '../run.ts'
import { CelObject, CelOptional, type CelValue, typeName } from '../value.ts'

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/
const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

type Check = (value: string) => readonly string[]

function shaped(pattern: RegExp, maxChars: number, sentence: string): Check {
  return (value) => [
    ...(value.length > maxChars ? [`must be no more than ${maxChars} characters`] : []),
    ...(pattern.test(value) ? [] : [sentence]),
  ]
}

/** A prefix may end in `-`, since more is put behind it. */
function prefix(check: Check): Check {
  return (value) => check(value.endsWith('-') ? `${value.slice(0, -1)}a` : value)
}

function qualifiedName(value: string): readonly string[] {
  const parts = value.split('/')
  if (parts.length > 2) return ['must be a name with at most one prefix before a /']
  const [domain, name] = parts.length === 2 ? parts : [undefined, parts[0]]
  const problems = domain === undefined ? [] : domain === '' ? ['prefix part must be non-empty'] : subdomain(domain)
  return [...problems, ...shaped(NAME, 63, 'name part must consist of alphanumeric characters, -, _ or .')(name ?? '')]
}

const label = shaped(LABEL, 63, 'must consist of lower case alphanumeric characters or -')
const label1035 = shaped(
  LABEL_1035,
  63,
  'must begin with a letter and consist of lower case alphanumeric characters or -',
)
const subdomain = shaped(SUBDOMAIN, 253, 'must consist of lower case alphanumeric characters, - or .')

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label: label,
  dns1123LabelPrefix: prefix(label),
  dns1123Subdomain: subdomain,
  dns1123SubdomainPrefix: prefix(subdomain),
  dns1035Label: label1035,
  dns1035LabelPrefix: prefix(label1035),
  qualifiedName,
  labelValue: (value) =>
    value === '' ? [] : shaped(NAME, 63, 'must consist of alphanumeric characters, -, _ or .')(value),
  uri: shaped(/^(?:[A-Za-z][A-Za-z0-9+.-]*:\S+|\/\S*)$/, 65_536, 'must be a URI'),
  uuid: shaped(
    /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
    36,
    'does not match the UUID format',
  ),
  byte: shaped(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 1 << 24, 'invalid base64'),
  date: (value) => (isDate(value) ? [] : ['invalid date']),
  datetime: (value) =>
    /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(value) &&
    isDate(value.slice(0, 10))
      ? []
      : ['invalid datetime'],
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const time = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}

class CelFormat extends CelObject {
  readonly typeName = 'kubernetes.NamedFormat'
  readonly name: string
  readonly check: Check
  constructor(name: string, check: Check) {
    super()
    this.name = name
    this.check = check
  }

  equals(other: CelObject): boolean {
    return other instanceof CelFormat && other.name === this.name
  }
}

function isFormat(value: CelValue): value is CelFormat {
  return value instanceof CelFormat
}

function formatOf(value: CelValue): CelFormat {
  if (value instanceof CelFormat) return value
  throw noOverload(`${typeName(value)} where a format is wanted`)
}

function named(name: string): CelFormat {
  const check = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
  if (!check) throw new CelFailure(`there is no format ${name.slice(0, 64)}`)
  return new CelFormat(name, check)
}

export const format: Library = {
  'format.named': [
    global(1, (_, name) => (Object.hasOwn(FORMATS, text(name)) ? some(named(text(name))) : CelOptional.none)),
  ],
  validate: [
    member(2, isFormat, (run, value, candidate) => {
      chargeText(run, text(candidate))
      const problems = formatOf(value).check(text(candidate))
      return problems.length === 0 ? CelOptional.none : some(problems)
    }),
  ],
  ...Object.fromEntries(Object.keys(FORMATS).map((name) => [`format.${name}`, [global(0, () => named(name))]])),
}
