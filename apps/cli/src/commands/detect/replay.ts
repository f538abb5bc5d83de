// The same engine, the same rules, the same recording: the same incidents.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  createCountingIds,
  createDetector,
  createReplayed,
  endReplay,
  loadRules,
  type RuleText,
  replayLine,
} from '@yagura/detect'
import { escapeForTerminal, YaguraError } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'
import { openRecording } from './lines.ts'

interface ReplayOptions {
  readonly rules?: string
  readonly format: 'table' | 'json'
}

const OWN_RULES = join(import.meta.dirname, '../../../../../content/rules')

export async function replay(file: string, options: ReplayOptions): Promise<void> {
  const { header, lines } = await openRecording(file)
  const texts = [
    ...readRuleTexts(OWN_RULES, 'yagura'),
    ...(options.rules === undefined ? [] : readRuleTexts(options.rules, 'user')),
  ]
  const loaded = loadRules(texts)
  if (!loaded.ok) throw loaded.error
  const detector = createDetector({
    rules: loaded.value.ruleSet,
    hostKey: header.hostKey,
    newId: createCountingIds(),
  })
  const replayed = createReplayed()
  for await (const line of lines) replayLine(detector, line, replayed)
  endReplay(detector, replayed)
  const { signals, findings, events } = replayed
  const incidents = [...replayed.incidents.values()]
  if (options.format === 'json') {
    const { highestChainScore, highestQuietScore } = detector.stats()
    process.stdout.write(
      `${JSON.stringify({ header, events, signals, findings, incidents, highestChainScore, highestQuietScore }, null, 2)}\n`,
    )
    return
  }
  process.stdout.write(
    `${events} events of ${escapeForTerminal(header.hostname)}, ${header.startedAt}: ${signals.length} signals, ${findings.length} findings, ${incidents.length} incidents\n`,
  )
  for (const incident of incidents) {
    process.stdout.write(`\n${incident.severity}  ${escapeForTerminal(incident.title.en)}  (score ${incident.score})\n`)
    const columns = [{ title: 'time' }, { title: 'tactic' }, { title: 'technique' }, { title: 'what', minColumns: 30 }]
    const rows = incident.steps.map(({ at, tactic, technique, sentence }) =>
      [at, tactic, technique ?? '', escapeForTerminal(sentence.en)].map((text) => ({ text })),
    )
    process.stdout.write(`${formatTable(columns, rows, process.stdout.columns).join('\n')}\n`)
  }
  for (const finding of findings) {
    process.stdout.write(`\nfinding  ${finding.at}  ${escapeForTerminal(finding.sentence.en).slice(0, 200)}\n`)
  }
}

function readRuleTexts(directory: string, origin: RuleText['origin']): RuleText[] {
  let names: string[]
  try {
    names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
  } catch (cause) {
    if (origin === 'yagura') return []
    throw new YaguraError('INPUT_NOT_FOUND', `${directory} is no directory with rules.`, { cause })
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name) && statSync(join(directory, name)).isFile())
    .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8'), origin }))
}
