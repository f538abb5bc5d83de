import { describe, expect, it } from 'vitest'
import {
  CelAuthorizer,
  type CelHost,
  CelLazyMap,
  type CelProgram,
  celFromJson,
  compileCel,
  createRun,
  evaluateCel,
  jsonFromCel,
} from './index.ts'

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', 'a.b/c-d': 'x' }, empty: null, annotations: {} },
  spec: {
    replicas: 3,
    ratio: 0.5,
    containers: [
      { name: 'a', image: 'nginx:1.27', ports: [{ containerPort: 80 }], securityContext: { privileged: false } },
      { name: 'b', image: 'registry.example/team/tool@sha256:00', resources: { limits: { memory: '1Gi' } } },
    ],
  },
}

function evaluate(text: string, host: CelHost = {}, variables: Record<string, unknown> = { object, oldObject: null }) {
  const values = new Map(Object.entries(variables).map(([name, value]) => [name, celFromJson(value)] as const))
  const program = compileCel(text, [...values.keys(), 'authorizer'])
  if (!program.ok) return `syntax: ${program.error.message}`
  const result = evaluateCel(
    program.value,
    createRun(new Map([...values, ['authorizer', new CelAuthorizer()]]), { host }),
  )
  return result.ok ? jsonFromCel(result.value) : `error: ${result.error.message}`
}

const table: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  literals: [
    ['1 + 2 * 3', 7],
    ['-9223372036854775808', '-9223372036854775808'],
    ['0x1F', 31],
    ['1.5e3', 1500],
    ['.5 + .5', 1],
    [`"a\\tb\\u00e9\\x41\\101" + r'\\n' + '''x"y'''`, 'a\tbéAA\\nx"y'],
    ["b'\\xff\\101' == b'\\377A'", true],
    ['// a remark\n1', 1],
    ['[1, "a", true, null, 2.5,]', [1, 'a', true, null, 2.5]],
    ['{"a": 1, 2: "b"}', { a: 1, 2: 'b' }],
    ['9223372036854775808', 'syntax: The number 9223372036854775808 does not fit into 64 bits.'],
    ['"abc', 'syntax: A string does not end.'],
    ['1 +', 'syntax: The expression makes no sense at the end.'],
    ['package', 'syntax: package is a reserved word.'],
    ['nothing', 'syntax: There is no variable nothing.'],
    ['nothing(1)', 'syntax: There is no function nothing.'],
  ],
  numbers: [
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['7.0 / 2.0', 3.5],
    ['1 / 0', 'error: division by zero'],
    ['1 % 0', 'error: modulus by zero'],
    ['1.0 / 0.0 > 1.0', true],
    ['9223372036854775807 + 1', 'error: integer overflow'],
    ['-(-9223372036854775807 - 1)', 'error: integer overflow'],
    ['1u - 2u', 'error: unsigned integer overflow'],
    ['1 + 1.0', 'error: no such overload: int + double'],
    ['1 + 1u', 'error: no such overload: int + uint'],
    ['1 == 1.0 && 1u == 1 && 1.0 == 1u', true],
    ['1 == "1"', false],
    ['1 < 1.5 && 2u > 1 && 1.5 < 2u', true],
    ['1 in [1.0, 2.0]', true],
    ['{1: "a"}[1.0]', 'a'],
    ['9007199254740993 == 9007199254740992.0', false],
    ['double("nan") == double("nan")', false],
    ['"a" < 1', 'error: no such overload: comparison of string and int'],
    ['"a" < "b" && "a" < "aa" && b"a" < b"b" && false < true', true],
  ],
  conversions: [
    ['int("42") + int(3.9) + int(2u)', 47],
    ['int("4x")', 'error: not an int: 4x'],
    ['int(1e19)', 'error: integer overflow'],
    ['uint("7") == 7u', true],
    ['uint(-1)', 'error: unsigned integer overflow'],
    ['double("1.5") + double(2)', 3.5],
    ['string(1) + string(2u) + string(true) + string(1.5) + string(1000000.0) + string(b"x")', '12true1.51e+06x'],
    ['bool("true") && !bool("0")', true],
    ['bool("yes")', 'error: not a bool: yes'],
    ['string(null)', 'error: no such overload: string(null_type)'],
    ['type(1) == int && type(1u) == uint && type("") == string && type([]) == list && type({}) == map', true],
    ['type(null) == null_type && type(1.0) == double && type(type(1)) == type && type(b"") == bytes', true],
    ['type(timestamp("2024-01-01T00:00:00Z")) == google.protobuf.Timestamp', true],
    ['dyn(1) == 1', true],
  ],
  logic: [
    ['true || object.nothing', true],
    ['object.nothing || true', true],
    ['false && object.nothing', false],
    ['object.nothing && false', false],
    ['object.nothing || false', 'error: no such key: nothing'],
    ['object.nothing && true', 'error: no such key: nothing'],
    ['1 || true', true],
    ['1 || false', 'error: no such overload: int || bool'],
    ['!1', 'error: no such overload: !int'],
    ['1 ? 2 : 3', 'error: no such overload: int ? … : …'],
    ['true ? 1 : object.nothing', 1],
    ['false ? 1 : true ? 2 : 3', 2],
  ],
  fields: [
    ['object.metadata.name', 'web'],
    ['object.metadata.namespace', 'shop'],
    ['object.metadata.__namespace__', 'shop'],
    ['object.metadata.labels.a__dot__b__slash__c__dash__d', 'x'],
    ['object.metadata.labels.`a.b/c-d`', 'x'],
    ['object.metadata.labels["a.b/c-d"]', 'x'],
    ['object.metadata.gone', 'error: no such key: gone'],
    ['object.metadata["gone"]', 'error: no such key: gone'],
    ['object.spec.containers[0].name', 'a'],
    ['object.spec.containers[5]', 'error: index out of bounds: 5'],
    ['object.spec.containers[-1]', 'error: index out of bounds: -1'],
    ['object.spec.containers["a"]', 'error: no such overload: list[string]'],
    ['has(object.metadata.labels) && !has(object.metadata.gone)', true],
    ['has(object.metadata.empty)', true],
    ['object.metadata.empty == null', true],
    ['has(object.metadata.empty.more)', false],
    ['object.metadata.empty.more', 'error: no such key: more'],
    ['has(object.gone.more)', 'error: no such key: gone'],
    ['has(object.metadata.labels.app)', true],
    ['has(object)', 'syntax: has() wants a field, as in has(a.b).'],
    ['oldObject == null', true],
    ['oldObject.metadata', 'error: no such key: metadata'],
    ["'app' in object.metadata.labels && !('x' in object.metadata.labels)", true],
    ["'a' in null", 'error: no such overload: string in null_type'],
    ['object.spec.replicas == 3 && object.spec.replicas + 1 == 4', true],
    ['object.spec.ratio < 1', true],
    ['type(object.spec.replicas) == int && type(object.spec.ratio) == double', true],
    ['object == object && object != oldObject', true],
  ],
  macros: [
    ['object.spec.containers.all(c, c.name != "")', true],
    ['object.spec.containers.exists(c, c.name == "b")', true],
    ['object.spec.containers.exists_one(c, c.image.contains(":"))', false],
    ['[1, 2, 3].existsOne(x, x > 2)', true],
    ['object.spec.containers.map(c, c.name)', ['a', 'b']],
    ['[1, 2, 3].map(x, x > 1, x * 2)', [4, 6]],
    ['[1, 2, 3].filter(x, x % 2 == 1)', [1, 3]],
    ['object.metadata.labels.all(k, k.startsWith("a"))', true],
    ['object.metadata.labels.map(k, object.metadata.labels[k])', ['web', 'x']],
    ['object.spec.containers.exists(c, c.resources.limits.memory == "1Gi")', true],
    ['object.spec.containers.all(c, c.resources.limits.memory == "2Gi")', false],
    ['object.spec.containers.all(c, c.resources.limits.memory == "1Gi")', 'error: no such key: resources'],
    ['object.spec.containers.filter(c, c.resources.limits.memory == "1Gi")', 'error: no such key: resources'],
    ['[].all(x, x) && ![].exists(x, x)', true],
    ['[1].all(x, x)', 'error: no such overload: a condition of type int'],
    ['1.all(x, x)', 'error: no such overload: a loop over int'],
    ['[[1, 2], [3]].map(x, x.map(y, y + size(x)))', [[3, 4], [4]]],
    [
      '[1, 2].map(x, [3, 4].map(x, x))',
      [
        [3, 4],
        [3, 4],
      ],
    ],
    ['[5, 6].all(i, v, v == i + 5)', true],
    ['{"a": 1}.exists(k, v, k == "a" && v == 1)', true],
    ['[1, 2, 3].transformList(i, v, v > 1, i * v)', [2, 6]],
    ['{"a": 1, "b": 2}.transformMap(k, v, v * 2)', { a: 2, b: 4 }],
    ['["a", "b"].transformMapEntry(i, v, {v: i})', { a: 0, b: 1 }],
    ['cel.bind(x, 2, x * x)', 4],
    ['[3, 1, 2].sortBy(x, -x)', [3, 2, 1]],
    ['[1].all(1, true)', 'syntax: A macro wants a variable name here.'],
  ],
  optionals: [
    ['object.spec.?initContainers.orValue([]).size()', 0],
    ['object.spec.containers.orValue([]).size()', 2],
    ['object.spec.containers[0].image.or(optional.none()).size() > 0', true],
    ['object.spec.gone.orValue([]).size()', 'error: no such key: gone'],
    ['object.spec.containers.all(c, !c.?securityContext.?privileged.orValue(false))', true],
    ['object.spec.containers[0].?securityContext.privileged.orValue(true)', false],
    ['object.metadata.labels[?"gone"].orValue("none")', 'none'],
    ['object.spec.containers[?9].hasValue()', false],
    ['object.?gone.more.and.more.hasValue()', false],
    ['object.metadata.?empty.more.hasValue()', false],
    ['object.gone.?more', 'error: no such key: gone'],
    ['object.?metadata.name.value()', 'web'],
    ['optional.none().value()', 'error: optional.none() has no value'],
    ['optional.of(1).or(optional.of(object.gone)).value()', 1],
    ['optional.ofNonZeroValue("").hasValue()', false],
    ['optional.of(2).optMap(x, x * 3).value()', 6],
    ['optional.of(2).optFlatMap(x, optional.none()).hasValue()', false],
    ['[1, ?optional.none(), ?optional.of(3)]', [1, 3]],
    ['{?"a": optional.none(), ?"b": optional.of(1)}', { b: 1 }],
    ['optional.none() == optional.none() && optional.of(1) == optional.of(1.0)', true],
    ['has(object.?spec.containers)', true],
  ],
  strings: [
    ['"hello".size() == 5 && size("héllo") == 5 && size("😀") == 1 && size(b"é") == 2', true],
    ['"abc".contains("b") && "abc".startsWith("a") && "abc".endsWith("c")', true],
    ['"abc".matches("^a.c$") && matches("xabcx", "b") && !"abc".matches("^b")', true],
    ['"a".matches("(?=a)")', /^syntax: not a regular expression/],
    ['"a".matches("(" + "")', /^error: not a regular expression/],
    ['"a,b,c".split(",")', ['a', 'b', 'c']],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['"abc".split("")', ['a', 'b', 'c']],
    ['["a", "b"].join("-") + ["x"].join()', 'a-bx'],
    ['[1].join()', 'error: no such overload: join() of a list with int'],
    ['"aXbXc".replace("X", "-") + "aXbXc".replace("X", "-", 1)', 'a-b-ca-bXc'],
    ['"hello".substring(1, 3) + "hello".substring(4)', 'elo'],
    ['"hello".substring(9)', 'error: index out of range: 9'],
    ['"😀a".charAt(1) + "😀a".substring(1)', 'aa'],
    ['"héllo".indexOf("l") + "hello".lastIndexOf("l") + "x".indexOf("y")', 4],
    ['"AbC".lowerAscii() + "aBc".upperAscii() + " x ".trim() + "abc".reverse()', 'abcABCxcba'],
    ['strings.quote("a\\n\\"b\\"")', '"a\\n\\"b\\""'],
    ['"%s is %d, %.2f, %x, %b, %e".format(["a", 3, 1.5, 255, 5, 12345.0])', 'a is 3, 1.50, ff, 101, 1.234500e+04'],
    ['"%s %s".format([[1, "a", true], {"b": 1, "a": null}])', '[1, a, true] {a: null, b: 1}'],
    ['"%s".format([])', 'error: format() has fewer values than places'],
    ['"%d".format(["a"])', 'error: no such overload: %d of string'],
    ['"abc 123 45".find("[0-9]+") + "|" + "abc".find("[0-9]")', '123|'],
    ['"a1b22".findAll("[0-9]+")', ['1', '22']],
    ['"a1b22".findAll("[0-9]+", 1)', ['1']],
    ['regex.replace("a-b", "(a)-(b)", "\\\\2-\\\\1")', 'b-a'],
    ['regex.extract("v12", "v([0-9]+)").value()', '12'],
    ['base64.encode(b"hello") + string(base64.decode("aGVsbG8="))', 'aGVsbG8=hello'],
  ],
  lists: [
    ['[1, 2] + [3]', [1, 2, 3]],
    ['[1, 2, 3].isSorted() && ![2, 1].isSorted() && ["a", "b"].isSorted()', true],
    ['[1, 2, 3].sum() + [5, 9].max() + [5, 9].min() + [].sum()', 20],
    ['[].max()', 'error: max called on empty list'],
    ['[1, 2, 2].indexOf(2) + [1, 2, 2].lastIndexOf(2) + [1].indexOf(7)', 2],
    ['[1, 2, 3, 4].slice(1, 3)', [2, 3]],
    ['[[1], [[2]]].flatten()', [1, [2]]],
    ['[3, 1, 2].sort()', [1, 2, 3]],
    ['[1, 1.0, 2, [1], [1]].distinct()', [1, 2, [1]]],
    ['lists.range(3)', [0, 1, 2]],
    ['[1, 2].first().value() + [1, 2].last().value()', 3],
    ['sets.contains([1, 2, 3], [1, 2.0]) && sets.equivalent([1, 1], [1]) && sets.intersects([1], [1, 2])', true],
    ['math.greatest(1, 2.5, 2) == 2.5 && math.least([3, 1]) == 1 && math.abs(-2) == 2', true],
    ['math.ceil(1.2) + math.floor(1.8) + math.round(-1.5)', 1],
    ['math.bitAnd(6, 3) + math.bitShiftLeft(1, 3)', 10],
  ],
  kubernetes: [
    ['quantity("1.5Gi").isGreaterThan(quantity("1536M"))', true],
    ['quantity("1Gi") == quantity("1024Mi") && quantity("100m").compareTo(quantity("0.1")) == 0', true],
    ['quantity("2").add(quantity("3")).sub(1).asInteger()', 4],
    ['quantity("1.5").isInteger()', false],
    ['isQuantity("1e3") && !isQuantity("1GB")', true],
    ['quantity("x")', 'error: not a quantity: x'],
    ['semver("1.2.3").isLessThan(semver("1.10.0")) && semver("1.0.0-rc.1").isLessThan(semver("1.0.0"))', true],
    ['isSemver("v1.2") || semver("v1.2", true).minor() != 2', false],
    ['ip("127.0.0.1").isLoopback() && ip("::1").family() == 6 && !isIP("127.0.0.01")', true],
    ['string(ip("2001:DB8:0:0:0:0:0:1"))', '2001:db8::1'],
    ['ip.isCanonical("2001:db8::1")', true],
    ['cidr("10.0.0.0/8").containsIP("10.1.2.3") && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")', true],
    ['cidr("192.168.1.7/24").masked() == cidr("192.168.1.0/24") && isCIDR("::/0") && !isCIDR("1.2.3.4")', true],
    ['url("https://user@example.com:8080/a b?x=1".replace(" ", "%20")).getHost()', 'example.com:8080'],
    ['url("https://[::1]:80/p?x=1&x=2").getHostname() + url("https://[::1]:80/p").getPort()', '::180'],
    ['url("https://a/p?x=1&x=2&y=").getQuery()', { x: ['1', '2'], y: [''] }],
    ['isURL("/path") && !isURL("no") && url("/path").getHost() == ""', true],
    ['format.dns1123Label().validate("Bad_name").hasValue()', true],
    ['format.named("qualifiedName").value().validate("example.com/name").hasValue()', false],
    ['format.uuid().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()', false],
    ['authorizer.requestResource.check("get").allowed()', /^error: authorization is not to be had/],
    ['authorizer.group("").resource("pods").check("create").allowed()', /^error: authorization is not to be had/],
  ],
  time: [
    ['timestamp("2024-02-29T12:34:56.789Z").getFullYear()', 2024],
    ['timestamp("2023-02-29T12:34:56Z")', 'error: not a timestamp: 2023-02-29T12:34:56Z'],
    ['timestamp("2024-01-01T00:00:00Z") + duration("1h30m")', '2024-01-01T01:30:00Z'],
    ['timestamp("2024-01-02T00:00:00Z") - timestamp("2024-01-01T00:00:00Z")', '86400s'],
    ['timestamp("2024-01-01T00:00:00+02:00") == timestamp("2023-12-31T22:00:00Z")', true],
    [
      'timestamp("2024-01-01T00:00:00Z").getHours("Asia/Tokyo") + timestamp("2024-01-01T00:00:00Z").getHours("-03:00")',
      30,
    ],
    ['timestamp("2024-03-01T00:00:00Z").getDayOfYear() + timestamp("2024-03-01T00:00:00Z").getDayOfWeek()', 65],
    ['duration("90m").getHours() + duration("90s").getMinutes() + duration("1.5s").getMilliseconds()', 502],
    ['duration("1h") > duration("59m") && string(duration("1500ms")) == "1.5s"', true],
    ['duration("1 hour")', 'error: not a duration: 1 hour'],
    ['int(timestamp("1970-01-01T00:01:00Z"))', 60],
    ['timestamp("9999-12-31T23:59:59Z") + duration("1s")', 'error: timestamp out of range'],
  ],
  images: [
    [
      'image("nginx").registry() + "/" + image("nginx").repository() + ":" + image("nginx").tag()',
      'index.docker.io/library/nginx:latest',
    ],
    ['image("ghcr.io/a/b:1").registry() + image("localhost:5000/xy").identifier()', 'ghcr.iolatest'],
    [`image("a/b@sha256:${'0'.repeat(64)}").containsDigest() && !isImage("Bad Image")`, true],
    ['json.Unmarshal("{\\"a\\": [1]}").a[0]', 1],
    ['md5("a")', '0cc175b9c0f1b6a831c399e269772661'],
    ['sha1("")', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['sha256("").startsWith("e3b0c44298fc1c14")', true],
    ['math.round(2.345, 2) == 2.35 && math.round(-1.25, 1) == -1.3 && math.round(7, 0) == 7.0', true],
    ['jsonpatch.escapeKey("a/b~c")', 'a~1b~0c'],
    ['transform.listObjToMap([{"n": "a"}, {"n": "b"}], [{"v": 1}, {"v": 2}], "n", "v")', { a: 1, b: 2 }],
    ['transform.listObjToMap([{"n": "a"}], [], "n", "v")', 'error: the lists are not of one length'],
    ['parseServiceAccount("system:serviceaccount:ns:robot").Name', 'robot'],
    ['resource.Get("v1", "configmaps", "ns", "x")', 'error: resource.Get is not to be had where files are judged'],
    ['http.Get("http://example.com")', 'error: http.Get is not to be had where files are judged'],
  ],
}

describe.each(Object.entries(table))('%s', (_, rows) => {
  it.each(rows)('%s', (text, wanted) => {
    const value = evaluate(text)
    if (wanted instanceof RegExp) expect(value).toMatch(wanted)
    else expect(value).toEqual(wanted)
  })
})

describe('the host', () => {
  it('looks up resources and tells the time', () => {
    const host: CelHost = {
      nowMs: () => 0,
      resource: (_, kinds, namespace, name) =>
        name === null ? celFromJson({ items: [] }) : celFromJson({ data: { at: `${kinds}/${namespace}/${name}` } }),
    }
    expect(evaluate('resource.Get("v1", "configmaps", "ns", "x").data.at', host)).toBe('configmaps/ns/x')
    const listing: CelHost = {
      resource: () =>
        celFromJson({ items: [{ metadata: { name: 'a', labels: { env: 'prod' } } }, { metadata: { name: 'b' } }] }),
    }
    const named = 'resource.List("v1", "pods", "ns", {"env": "prod"}).items.map(i, i.metadata.name)'
    expect(evaluate(named, listing)).toEqual(['a'])
    expect(evaluate('resource.List("v1", "pods", "ns").items.size()', listing)).toBe(2)
    expect(evaluate('time.now() == timestamp("1970-01-01T00:00:00Z")', host)).toBe(true)
  })
})

describe('what a stranger writes', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['nested loops', 'lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))'],
    ['loops over all', '[1,2,3,4,5,6,7,8,9,10].map(a, lists.range(100000).map(b, lists.range(100000)))'],
    ['text that doubles', `"x"${'.replace("x", "xxxxxxxxxx")'.repeat(12)}.size() > 0`],
    ['lists that double', `${'cel.bind(a, '.repeat(25)}[1]${', a + a)'.repeat(25)}.size() > 0`],
    ['a long range', 'lists.range(9223372036854775807).size() > 0'],
    ['a pattern', `lists.range(1000).all(i, ("a".replace("a", "${'a'.repeat(5000)}")).matches("(a?){500}a{500}b"))`],
    ['many patterns', 'lists.range(100000).all(i, "abc".matches("(a|b|c){300}" + string(i)) || true)'],
    ['many patterns that are none', 'lists.range(100000).all(i, "abc".matches("(a|b|c)){300}" + string(i)) || true)'],
    ['repetition', '"a".matches("(abcdefghij){1000}" + "")'],
    ['a deep tree', `${'('.repeat(300)}1${')'.repeat(300)}`],
    ['a deep unary', `${'!'.repeat(5000)}true`],
    ['a long chain', `true${' || true'.repeat(5000)}`],
    ['a long text', `"${'a'.repeat(70_000)}"`],
  ]
  it.each(hostile)('%s ends with an error', (_, text) => {
    expect(evaluate(text)).toMatch(/^(error|syntax): /)
  })

  it('a forgiving operator does not forgive the cost limit', () => {
    expect(evaluate('lists.range(100000000).size() > 0 || true')).toBe(
      'error: the expression costs more than its limit',
    )
    expect(evaluate('[1].exists(x, lists.range(100000000).size() > 0) || true')).toMatch(/^error: /)
  })

  it('keys named like properties of objects are keys', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2}')
    expect(evaluate('has(object.toString) || has(object.hasOwnProperty)')).toBe(false)
    expect(evaluate('odd["__proto__"] + odd.constructor', {}, { odd })).toBe(3)
  })
})

describe('variables that are computed when asked for', () => {
  function run(programs: Record<string, string>, text: string) {
    const compiled = new Map<string, CelProgram>()
    for (const [name, source] of Object.entries(programs)) {
      const program = compileCel(source, ['variables'])
      if (program.ok) compiled.set(name, program.value)
    }
    const values = new Map()
    const session = createRun(values)
    values.set('variables', new CelLazyMap(() => session, compiled))
    const program = compileCel(text, ['variables'])
    const result = program.ok ? evaluateCel(program.value, session) : program
    return result.ok ? jsonFromCel(result.value as never) : result.error.message
  }

  it('may be made of each other, inside of loops too', () => {
    expect(
      run({ a: '[1, 2].map(x, x + 1)', b: 'variables.a.map(x, x * 2)' }, '[1, 2].map(y, y + variables.b[0])'),
    ).toEqual([5, 6])
  })

  it('fail only where they are asked for', () => {
    expect(run({ bad: '1 / 0', good: 'true' }, 'variables.good')).toBe(true)
    expect(run({ bad: '1 / 0' }, 'variables.bad || true')).toBe(true)
    expect(run({ bad: '1 / 0' }, 'variables.bad == 1')).toBe('division by zero')
    expect(run({ a: 'variables.a' }, 'variables.a')).toBe('the variable a is made of itself')
  })
})
