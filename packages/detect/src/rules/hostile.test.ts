// Rule files that strangers wrote to cost time or memory: every one is answered, in bounds.
import { describe, expect, it } from 'vitest'
import { loadRules } from './load.ts'

function problemsOf(text: string): string[] {
  const loaded = loadRules([{ name: 'x.yaml', text, origin: 'user' }], { skipBroken: true })
  if (!loaded.ok) throw loaded.error
  return loaded.value.problems.map(({ message }) => message)
}

const rule = (condition: string) => `- rule: x\n  condition: ${condition}\n`

describe('hostile rule files', () => {
  it.each([
    ['too long', ' '.repeat(5 * 1024 * 1024), 'longer than'],
    ['no YAML', '- rule: [', 'not YAML'],
    ['no list', 'rule: x', 'is a list'],
    ['deep brackets', `- rule: ${'['.repeat(100)}${']'.repeat(100)}`, 'nested deeper'],
    ['deep dashes', `${'- '.repeat(100)}x`, 'nested deeper'],
    ['aliases', '- &a {rule: x}\n- {rule: y, tags: [*a, *a]}', 'Aliases'],
    ['no item', '- 3', 'An item of a rule file is'],
    ['unknown item', '- colour: red', 'not "colour"'],
    ['no condition', '- rule: x', 'needs a condition'],
    ['deep condition', rule(`${'('.repeat(200)}evt.num = 1${')'.repeat(200)}`), 'nested deeper'],
    ['long condition', rule(`evt.num = 1${' or evt.num = 1'.repeat(6000)}`), 'longer than'],
    ['pattern that is none', rule('proc.name regex "(a"'), 'Wrong pattern'],
    ['pattern that grows', rule('proc.name regex "((a{500}){500}){500}"'), 'Wrong pattern'],
    ['macro in itself', `- macro: a\n  condition: b\n- macro: b\n  condition: a\n${rule('a')}`, 'refers to itself'],
    [
      'list in itself',
      `- list: a\n  items: [b]\n- list: b\n  items: [a]\n${rule('proc.name in (a)')}`,
      'contains itself',
    ],
  ])('%s', (_, text, said) => {
    expect(problemsOf(text).join('\n')).toContain(said)
  })

  it('counts what macros in macros stand for', () => {
    const lines = ['- macro: m0\n  condition: evt.num = 1 and proc.name = a']
    for (let at = 1; at < 40; at += 1) lines.push(`- macro: m${at}\n  condition: m${at - 1} and m${at - 1}`)
    expect(problemsOf(`${lines.join('\n')}\n${rule('m39')}`).join()).toContain('more than 20000 tests')
  })

  it('bounds lists in lists', () => {
    const lines = [`- list: l0\n  items: [${Array.from({ length: 100 }, (_, at) => `x${at}`).join(', ')}]`]
    for (let at = 1; at < 6; at += 1)
      lines.push(
        `- list: l${at}\n  items: [${Array(10)
          .fill(`l${at - 1}`)
          .join(', ')}]`,
      )
    expect(problemsOf(`${lines.join('\n')}\n${rule('proc.name in (l5)')}`).join()).toContain('more than 20000')
  })

  it('bounds a chain of macros', () => {
    const lines = ['- macro: m0\n  condition: evt.num = 1']
    for (let at = 1; at < 2000; at += 1) lines.push(`- macro: m${at}\n  condition: m${at - 1}`)
    expect(problemsOf(`${lines.join('\n')}\n${rule('m1999')}`).join()).toContain('names in names')
  })

  it('takes names of properties for names', () => {
    expect(problemsOf(`${rule('__proto__.x = 1')}- list: constructor\n  items: [a]\n`).join()).toContain(
      'Unknown field',
    )
    expect(problemsOf(rule('constructor and toString')).join()).toContain('Unknown field')
  })
})
