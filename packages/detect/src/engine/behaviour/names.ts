// Names asked of DNS: many long ones under one domain carry data; many short ones that nobody would choose look for a server that
// moves. Measured by length, entropy (Shannon 1948) and the share of vowels, never by a list of domains.
import type { EventOf } from '@yagura/schema'
import { hashText } from '../../tags/hash.ts'
import type { Process } from '../actor.ts'
import { clip, named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { DNS_TUNNEL, RANDOM_NAMES } from './catalogue.ts'

const WINDOW_MS = 60_000
const TUNNEL_NAMES = 10
const TUNNEL_CHARS = 300
const TUNNEL_LABEL = 24
const TUNNEL_ENTROPY = 3
const RANDOM_COUNT = 12
const DOMAINS_MAX = 256
const NAMES_MAX = 512

export function applyDns(state: EngineState, event: EventOf<'dns'>, actor: Process): void {
  const { lineage } = actor
  const { nowMs } = state
  const name = event.name.toLowerCase().replace(/\.$/, '')
  const hash = hashText(name)
  lineage.counters.add('name', hash, nowMs)
  if (isOfCluster(name)) return
  const labels = name.split('.')
  if (labels.length < 2) return
  const domain = labels.slice(-2).join('.')
  const front = labels.slice(0, -2).join('')
  noteTunnel(state, event, actor, domain, front, hash)
  const first = labels.length > 2 ? (labels[0] ?? '') : (labels[0] ?? '')
  if (!looksRandom(first)) return
  lineage.counters.add('random-name', hashText(first), nowMs)
  const count = lineage.counters.distinct('random-name', WINDOW_MS, nowMs)
  if (count < RANDOM_COUNT) return
  state.see({
    rule: RANDOM_NAMES,
    actor,
    sentence: sentence(
      `${named(actor)} looked up ${count} random-looking names within a minute, the last one ${clip(name, 80)}.`,
      `${named(actor)} が一分以内にランダムに見える名前を ${count} 個問い合わせた（最後は ${clip(name, 80)}）。`,
      `${named(actor)} 在一分钟内查询了 ${count} 个看似随机的域名，最后一个是 ${clip(name, 80)}。`,
    ),
    eventIds: [event.id],
    object: hashText(domain),
    shown: { kind: 'peer', label: clip(domain, 100), detail: 'random names', edge: 'connected' },
  })
}

function noteTunnel(
  state: EngineState,
  event: EventOf<'dns'>,
  actor: Process,
  domain: string,
  front: string,
  hash: number,
): void {
  const { lineage } = actor
  lineage.domains ??= new Map()
  const { domains } = lineage
  let seen = domains.get(domain)
  if (seen === undefined || state.nowMs - seen.sinceMs > WINDOW_MS) {
    if (domains.size >= DOMAINS_MAX) domains.clear()
    seen = { names: new Set(), chars: 0, sinceMs: state.nowMs }
    domains.set(domain, seen)
  }
  if (front.length < TUNNEL_LABEL || entropy(front) < TUNNEL_ENTROPY || seen.names.has(hash)) return
  if (seen.names.size < NAMES_MAX) seen.names.add(hash)
  seen.chars += front.length
  if (seen.names.size < TUNNEL_NAMES || seen.chars < TUNNEL_CHARS) return
  const { chars } = seen
  state.see({
    rule: DNS_TUNNEL,
    actor,
    sentence: sentence(
      `${named(actor)} put ${chars} characters into ${seen.names.size} names below ${clip(domain, 80)} within a minute.`,
      `${named(actor)} が一分以内に ${clip(domain, 80)} の下の ${seen.names.size} 個の名前に ${chars} 文字を載せた。`,
      `${named(actor)} 在一分钟内将 ${chars} 个字符放入 ${clip(domain, 80)} 下的 ${seen.names.size} 个域名。`,
    ),
    eventIds: [event.id],
    object: hashText(domain),
    shown: { kind: 'peer', label: clip(domain, 100), detail: 'DNS tunnel', edge: 'connected' },
  })
}

/** Services of a cluster are looked up under many search domains. */
function isOfCluster(name: string): boolean {
  return (
    name.endsWith('.cluster.local') ||
    name.endsWith('.svc') ||
    name.endsWith('.in-addr.arpa') ||
    name.endsWith('.ip6.arpa')
  )
}

/** Long enough, no word: few vowels or many changes between kinds of letters, and high entropy. */
export function looksRandom(label: string): boolean {
  if (label.length < 8 || label.includes('-')) return false
  const vowels = label.replace(/[^aeiouy]/g, '').length / label.length
  const digits = label.replace(/\D/g, '').length / label.length
  const runs = Math.max(0, ...(label.match(/[bcdfghjklmnpqrstvwxz]+/g) ?? []).map((run) => run.length))
  let strange = 0
  if (vowels < 0.22) strange++
  if (runs >= 5) strange++
  if (digits > 0.15 && digits < 0.9) strange++
  if (rarePairs(label) >= 0.3) strange++
  return entropy(label) >= 2.7 && strange >= 1
}

/** Pairs of letters that English and romanised names hardly have. */
const COMMON_PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ' +
    'ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke ui fr oo ag av if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok nl my gl aw ju oa eq sy sl ps jo lf nv je nk kn gs dy hy ze ks xt bs ik dd pl wr ek lp'
  ).split(' '),
)

function rarePairs(label: string): number {
  let rare = 0
  for (let index = 1; index < label.length; index++) {
    const pair = label.slice(index - 1, index + 1)
    if (/^[a-z]{2}$/.test(pair) && !COMMON_PAIRS.has(pair)) rare++
  }
  return rare / Math.max(1, label.length - 1)
}

export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
