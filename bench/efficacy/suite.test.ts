// The files of the bench hold together: every step of a campaign is an action, every mended script belongs to a script.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseProfile } from './profile.ts'
import { HERE, readAttacks, readBenign, scriptDigest } from './suite.ts'

const attackFiles = ['attacks.yaml', 'own-attacks.yaml'].map((name) => join(HERE, name))
const benignFiles = ['benign.yaml', 'own-benign.yaml'].map((name) => join(HERE, name))

test.each(attackFiles)('%s', (file) => {
  const { actions, campaigns } = readAttacks(file)
  const ids = new Set(actions.map(({ id }) => id))
  expect(ids.size).toBe(actions.length)
  expect(campaigns.flatMap(({ steps }) => steps).filter((id) => !ids.has(id))).toEqual([])
  expect(actions.flatMap(({ profile }) => parseProfile(profile).unknown)).toEqual([])
})

test.each(benignFiles)('%s', (file) => {
  const cases = readBenign(file)
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
  expect(cases.flatMap(({ profile }) => parseProfile(profile).unknown)).toEqual([])
})

test('every entry of the overlay is for a script that is there', () => {
  const overlay = parse(readFileSync(join(HERE, 'overlay.yaml'), 'utf8')) as Record<string, { of: string }>
  const raw = [...attackFiles, ...benignFiles].flatMap((file) => {
    const { attacks = [], benign = [] } = parse(readFileSync(file, 'utf8')) as Record<
      string,
      { id: string; script: string }[]
    >
    return [...attacks, ...benign]
  })
  for (const [id, { of }] of Object.entries(overlay))
    expect([id, of]).toEqual([id, scriptDigest(raw.find((one) => one.id === id)?.script ?? '')])
})
