// Records what the ecosystems' own tools say about made-up version pairs: fixtures/<scheme>.tsv, one `a b order` a line, `e` where
// the tool refuses one of the two. Run again with `node packages/versions/oracles/record.ts [scheme…]` where the tools are
// (Debian: ruby, rpm, php-cli, composer, elixir, python3-packaging, libmaven3-core-java).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PAIRS = 1500

/** What versions are made of: pieces that each scheme treats in its own way, common ones more often. */
const PIECES: Readonly<Record<string, string>> = {
  rpm: '1 0 01 10 2 a b rc ~ ^ . . . - _ + fc el 20200101',
  pep440: '1 0 2 10 . . . a1 b rc c alpha pre .post2 dev - _ + ! r rev .dev3 +local v',
  maven: '1 0 2 10 . . . - - alpha beta a b m rc cr final ga snapshot sp foo x release milestone 01 ٣',
  gem: '1 0 2 10 .1 .2 .0 .0 -1 .a .b .pre rc alpha beta Z',
  composer:
    '1 0 2 .1 .0 .2 .10 -a _b rc alpha -beta2 -dev patch pl -p3 + x -stable -RC1 -STABLE _STABLE2 .x.dev .X-DEV @dev',
  hex: '0 .1 .2 .0 - -rc.1 -a .b 10 +b -1',
}

interface Tool {
  readonly command: string
  readonly args: (pairsFile: string) => readonly string[]
}

const TOOLS: Readonly<Record<string, Tool>> = {
  pep440: {
    command: 'python3',
    args: (file) => [
      '-c',
      `import sys
from packaging.version import Version
for line in open(sys.argv[1]):
  a, b = line.rstrip('\\n').split('\\t')
  try:
    x, y = Version(a), Version(b)
    print((x > y) - (x < y))
  except ValueError:
    print('e')`,
      file,
    ],
  },
  gem: {
    command: 'ruby',
    args: (file) => [
      '-rrubygems',
      '-e',
      'File.foreach(ARGV[0]) { |l| a, b = l.chomp.split("\\t"); begin; puts(Gem::Version.new(a) <=> Gem::Version.new(b)); rescue ArgumentError; puts "e"; end }',
      file,
    ],
  },
  rpm: {
    command: 'rpm',
    args: (file) => [
      '--eval',
      `%{lua: for l in io.lines('${file}') do local a, b = l:match('^(.-)\\t(.*)$'); print(rpm.vercmp(a, b)..'\\n') end}`,
    ],
  },
  composer: {
    command: 'php',
    args: (file) => [
      '-r',
      `require '/usr/share/php/Composer/Semver/autoload.php';
$parser = new Composer\\Semver\\VersionParser();
foreach (file($argv[1]) as $line) {
  list($a, $b) = explode("\\t", rtrim($line, "\\n"));
  try {
    $a = $parser->normalize($a); $b = $parser->normalize($b);
    echo Composer\\Semver\\Comparator::lessThan($a, $b) ? -1 : (Composer\\Semver\\Comparator::greaterThan($a, $b) ? 1 : 0), "\\n";
  } catch (UnexpectedValueException $e) { echo "e\\n"; }
}`,
      file,
    ],
  },
  hex: {
    command: 'elixir',
    args: (file) => [
      '-e',
      'File.stream!(hd(System.argv())) |> Enum.each(fn l -> [a, b] = String.split(String.trim_trailing(l, "\\n"), "\\t"); IO.puts(try do case Version.compare(a, b) do :lt -> -1; :gt -> 1; :eq -> 0 end rescue _ in Version.InvalidVersionError -> "e" end) end)',
      file,
    ],
  },
  maven: {
    command: 'java',
    args: () => ['-cp', '/usr/share/maven/lib/*', 'org.apache.maven.artifact.versioning.ComparableVersion'],
  },
}

function makePairs(scheme: string): [string, string][] {
  const pieces = (PIECES[scheme] ?? '').split(' ')
  let state = 20_261_123
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return (state >>> 8) % limit
  }
  const tail = (count: number) => Array.from({ length: count }, () => pieces[below(pieces.length)]).join('')
  return Array.from({ length: PAIRS }, () => {
    const first = `${below(3)}${tail(below(6))}`
    // neighbours tell more than strangers
    return [first, below(2) === 0 ? `${first}${tail(1 + below(2))}` : `${below(3)}${tail(below(6))}`]
  })
}

function ask(scheme: string, pairs: readonly [string, string][], file: string): string[] {
  const tool = TOOLS[scheme]
  if (!tool) throw new Error(`No tool is known for ${scheme}.`)
  if (scheme !== 'maven') return run(tool, file, []).split(/\n+/)
  // Maven's own main() prints how each argument compares with the one before it
  const text = run(tool, file, pairs.flat())
  const orders = [...text.matchAll(/^ {3}.* (<|>|==) .*$/gm)].map(
    (match) => ({ '<': '-1', '>': '1', '==': '0' })[match[1] ?? ''] ?? '',
  )
  return orders.filter((_, i) => i % 2 === 0)
}

function run(tool: Tool, file: string, more: readonly string[]): string {
  return execFileSync(tool.command, [...tool.args(file), ...more], { encoding: 'utf8', maxBuffer: 2 ** 26 }).trim()
}

const wanted = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'yagura-oracle-'))
try {
  for (const scheme of wanted.length > 0 ? wanted : Object.keys(TOOLS)) {
    const pairs = makePairs(scheme)
    const file = join(directory, 'pairs.tsv')
    writeFileSync(file, pairs.map((pair) => `${pair.join('\t')}\n`).join(''))
    const orders = ask(scheme, pairs, file)
    if (orders.length !== pairs.length) throw new Error(`${scheme}: ${orders.length} answers to ${pairs.length} pairs.`)
    const lines = pairs.map(([a, b], i) => `${a}\t${b}\t${orders[i]}\n`)
    writeFileSync(new URL(`../fixtures/${scheme}.tsv`, import.meta.url), [...new Set(lines)].join(''))
    console.log(`${scheme}: ${lines.length} pairs`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
