// Program text that comes over the network in other ways than a pipe into a shell; refused connections; files written over; a
// campaign that goes on act after act.
import { describe, expect, it } from 'vitest'
import { createWorld, NOTHING, pipe, TERMINAL, type World } from '../../testing/world.ts'

const LAB = '10.88.0.1'

function service() {
  const world = createWorld()
  const init = world.container('c1', 'node /app/server.js')
  return { world, init, job: init.run('bash work', { stdio: [TERMINAL, TERMINAL, TERMINAL] }) }
}

function rules(world: World): string[] {
  return [...new Set(world.told.signals.filter((one) => one.grade !== 'weak').map((one) => one.rule))]
}

describe('program text of a stranger', () => {
  it('by process substitution, the connection made after the shell began', () => {
    const { world, job } = service()
    const fetcher = job.run('curl http://x/s', { stdio: [NOTHING, pipe(71), NOTHING] })
    job.run('bash /dev/fd/63')
    expect(rules(world)).toEqual([])
    fetcher.connect(LAB, 8000)
    expect(rules(world)).toContain('behaviour.download-piped-to-interpreter')
  })

  it('as an argument that was fetched a moment before', () => {
    const { world, job } = service()
    job
      .run('wget -qO- http://x/s', { stdio: [NOTHING, pipe(72), NOTHING] })
      .connect(LAB, 8000)
      .exit()
    job.run('sh', { args: ['sh', '-c', '#!/bin/sh\necho x'] })
    expect(rules(world)).toContain('behaviour.download-piped-to-interpreter')
  })

  it('in a file that was opened before the connection', () => {
    const { world, job } = service()
    job.run('wget -O /var/tmp/u http://x/u').write('/var/tmp/u').connect(LAB, 8000)
    job.run('sh /var/tmp/u')
    expect(rules(world)).toContain('behaviour.downloaded-program-run')
  })

  it('counts when a policy refused the connection', () => {
    const { world, job } = service()
    job.run('curl http://x/s', { stdio: [NOTHING, pipe(73), NOTHING] }).connect(LAB, 8000, { result: -1 })
    job.run('sh', { stdio: [pipe(73), TERMINAL, TERMINAL] })
    expect(rules(world)).toContain('behaviour.download-piped-to-interpreter')
  })

  it('is no matter of a substitution without the network', () => {
    const { world, job } = service()
    job.run('cat /etc/x', { stdio: [NOTHING, pipe(74), NOTHING] })
    job.run('bash /dev/fd/63')
    job.run('sh', { args: ['sh', '-c', '#!/bin/sh\necho x'] })
    expect(rules(world)).toEqual([])
  })
})

describe('files written over', () => {
  const over = { created: false, flags: 0o1 }

  it('one after the other by hand', () => {
    const { world, job } = service()
    for (let index = 0; index < 45; index++) job.run('dd of=x').write(`/srv/store/${index}.dat`, over)
    expect(rules(world)).toContain('behaviour.bulk-overwrite')
  })

  it('not by a program of the image', () => {
    const { world, job } = service()
    const tool = job.run('/opt/indexer')
    for (let index = 0; index < 45; index++) tool.write(`/srv/store/${index}.dat`, over)
    expect(rules(world)).toEqual([])
  })
})
