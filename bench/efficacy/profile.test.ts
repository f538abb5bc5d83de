import { expect, test } from 'vitest'
import { parseProfile } from './profile.ts'

test('words become options of the runtime', () => {
  const { options, sources, maxProcesses, unknown } = parseProfile('mount:/->/host,hostpid,cap:SYS_PTRACE,pids.max=200')
  expect(options).toMatchObject({
    hostPid: true,
    privileged: false,
    seccomp: true,
    capabilities: ['SYS_PTRACE'],
    mounts: [{ source: '/', destination: '/host' }],
  })
  expect({ sources, maxProcesses, unknown }).toEqual({ sources: ['/'], maxProcesses: 200, unknown: [] })
})

test('the union of a campaign: privileged wins over filters and users without rights', () => {
  const { options, nonRoot } = parseProfile(
    'default,priv,nonroot,mount:/run/docker.sock,default,mount:/run/docker.sock',
  )
  expect(options).toMatchObject({ privileged: true, seccomp: false })
  expect(options.mounts).toEqual([{ source: '/run/docker.sock', destination: '/run/docker.sock' }])
  expect(nonRoot).toBe(false)
})

test('what means nothing here is named', () => {
  expect(parseProfile('default,userns').unknown).toEqual(['userns'])
})
