import { describe, expect, it } from 'vitest'
import { DEFAULT_SPOOL_BYTES, readSettings } from './settings.ts'

function read(env: Record<string, string>) {
  return readSettings({ YAGURA_DATA_DIR: '/data', ...env }, '/checkout')
}

describe('readSettings', () => {
  it('has a default for everything', () => {
    const result = read({})
    expect(result).toMatchObject({
      ok: true,
      value: {
        runtimeRoot: '',
        sensor: 'auto',
        withoutHooks: [],
        spoolBytes: DEFAULT_SPOOL_BYTES,
        bpfObject: '/checkout/bpf/build/yagura.bpf.o',
        paths: { spool: '/data/agent/spool' },
      },
    })
  })

  it('reads lists and cuts trailing slashes', () => {
    const result = read({ YAGURA_SENSOR_WITHOUT: 'exec, ,open', YAGURA_RUNTIME_ROOT: '/proc/7/root/' })
    expect(result).toMatchObject({ ok: true, value: { withoutHooks: ['exec', 'open'], runtimeRoot: '/proc/7/root' } })
  })

  it.each([
    ['YAGURA_SENSOR', 'ebpf'],
    ['YAGURA_COMPLIANCE_HOURS', '200'],
    ['YAGURA_COMPLIANCE_HOURS', '-1'],
    ['YAGURA_SPOOL_BYTES', '1e3x'],
    ['YAGURA_SPOOL_BYTES', '-5'],
    ['YAGURA_SPOOL_BYTES', '1000'],
    ['YAGURA_RUNTIME_ROOT', 'proc/7/root'],
  ])('refuses %s=%s in one sentence that names the setting', (name, value) => {
    const result = read({ [name]: value })
    expect(result.ok).toBe(false)
    expect(!result.ok && result.error.message).toMatch(new RegExp(`^${name} is "${value}"; it must be .*\\.$`))
  })
})
