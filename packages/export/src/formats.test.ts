// What holds for every format. `npm run unit -- packages/export -u` writes the golden files again.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FORMAT_NAMES, loadFormat } from './index.ts'
import { hostileReport, sampleReport } from './testing/reports.ts'

const FILE_NAMES: Readonly<Record<string, string>> = {
  csv: 'report.csv',
  cyclonedx: 'report.cdx.json',
  junit: 'report.xml',
  markdown: 'report.md',
  sarif: 'report.sarif',
  spdx: 'report.spdx.json',
}

test('there is a format for each folder', () => {
  expect([...FORMAT_NAMES].sort()).toEqual(readdirSync(join(import.meta.dirname, 'formats')).sort())
})

describe.each(FORMAT_NAMES)('%s', (name) => {
  test('has the name of its folder, and is the same in every run', async () => {
    const format = await loadFormat(name)
    expect(format.name).toBe(name)
    const text = format.render(sampleReport())
    expect(format.render(sampleReport())).toBe(text)
    expect(text.endsWith('\n')).toBe(true)
    await expect(text).toMatchFileSnapshot(`formats/${name}/fixtures/${FILE_NAMES[name] ?? 'report.txt'}`)
  })

  test('holds for an empty image', async () => {
    const report = {
      ...sampleReport(),
      packages: [],
      findings: [],
      suppressed: [],
      suppressedSecrets: [],
      suppressedMistakes: [],
      secrets: [],
      mistakes: [],
      coverageGaps: [],
    }
    expect((await loadFormat(name)).render({ ...report, operatingSystem: null }).length).toBeGreaterThan(0)
  })

  test('no text of an attacker acts on whoever reads the document', async () => {
    const text = (await loadFormat(name)).render(hostileReport())
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e\ud800-\udfff\uffff]/u)
  })

  test('an environment and the commands of layers are not handed on', async () => {
    expect((await loadFormat(name)).render(sampleReport())).not.toContain('hunter2')
  })
})
