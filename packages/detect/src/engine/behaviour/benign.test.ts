// Ordinary work that looks like an attack to whoever sees single events: silent from the start, or after three runs.
import { describe, expect, it } from 'vitest'
import { type Actor, createWorld, NOTHING, netSocket, pipe, type World } from '../../testing/world.ts'

type Work = (job: Actor, world: World) => void

/** Of an image that nobody has seen. */
const COLD: Readonly<Record<string, Work>> = {
  'initdb asks its own server for its version through a shell': (job) => {
    const initdb = job.run('su postgres -c initdb').run('initdb -D /tmp/pg')
    initdb.write('/tmp/pg/PG_VERSION')
    initdb.run('sh -c postgres -V', { args: ['sh', '-c', '"postgres" -V'], stdio: [NOTHING, pipe(11), NOTHING] })
    initdb.run('postgres --boot', { stdio: [pipe(12), NOTHING, NOTHING] })
  },
  'a database server starts its workers': (job) => {
    const server = job.run('postgres -D /data').listen(5432)
    for (let worker = 0; worker < 8; worker++) server.fork().write(`/data/base/1/${worker}`)
  },
  'an entrypoint writes its configuration and becomes the server': (job) => {
    job.write('/etc/app/t').write('/docker-entrypoint.d/10.sh')
    job
      .run('sh /docker-entrypoint.d/10.sh', { args: ['/bin/sh', '/docker-entrypoint.d/10.sh'] })
      .run('sed s/x/y/ /etc/app/t')
    job.exec('nginx').listen(80)
  },
  'a server answers requests by itself and through workers': (job) => {
    const server = job.run('nginx').listen(80)
    for (let request = 0; request < 200; request++)
      server.accept('10.9.9.9', 40_000 + request).traffic('10.9.9.9', 40_000 + request, 90_000, 300)
  },
  'a service talks to its database and its neighbours': (job) => {
    const app = job.run('java -jar app.jar')
    for (let host = 1; host < 9; host++) for (let time = 0; time < 4; time++) app.connect(`10.3.0.${host}`, 8080)
    app.traffic('10.3.0.1', 8080, 900_000, 20_000, { ended: false })
  },
  'a probe asks the loopback': (_, world) => {
    for (let time = 0; time < 5; time++) {
      world.inject('c1', 'sh -c probe').exec('bash -c probe').fork().connect('127.0.0.1', 6379).exit()
      world.wait(1000)
    }
  },
  'a build clones, tests and cleans up': (job) => {
    const git = job.run('git clone -q /tmp/r0 /tmp/r1')
    for (let file = 0; file < 60; file++) git.write(`/tmp/r1/.git/objects/${file}`)
    const clean = job.run('rm -rf /tmp/r1')
    for (let file = 0; file < 60; file++) clean.unlink(`/tmp/r1/.git/objects/${file}`)
    for (let test = 0; test < 20; test++) job.run('sh -c true').exit()
  },
  'git fetches over a helper with pipes on both sides': (job) => {
    const git = job.run('git fetch')
    git.run('git-remote-https origin', { stdio: [pipe(21), pipe(22), NOTHING] }).connect('203.0.113.9', 443)
    git.run('git index-pack --stdin', { stdio: [pipe(23), pipe(24), NOTHING] }).write('/src/.git/pack')
  },
  'a package manager of the distribution installs and runs what it brought': (job) => {
    const apt = job.run('apt-get install -y tool').connect('198.51.100.7', 80)
    const dpkg = apt.run('dpkg --configure -a')
    dpkg.write('/usr/bin/tool').write('/var/lib/dpkg/info/tool.postinst')
    dpkg
      .run('sh /var/lib/dpkg/info/tool.postinst configure', {
        args: ['/bin/sh', '/var/lib/dpkg/info/tool.postinst', 'configure'],
      })
      .run('ldconfig')
    job.run('tool --version', { layer: 'upper' })
  },
  'npm installs with scripts that fetch': (job) => {
    const npm = job.run('npm ci', { args: ['node', '/usr/lib/npm-cli.js', 'ci'] }).connect('198.51.100.4', 443)
    npm.traffic('198.51.100.4', 443, 5000, 9_000_000)
    npm
      .run('sh -c node install.js')
      .run('node install.js')
      .connect('198.51.100.5', 443)
      .traffic('198.51.100.5', 443, 380, 4_000_000)
  },
  'a certificate is renewed': (job) => {
    job.run('openssl req -x509').write('/etc/tls/k.pem').write('/etc/tls/c.pem')
    const update = job.run('sh /usr/sbin/update-ca-certificates')
    for (let link = 0; link < 140; link++) update.run('ln -s x y').exit()
    update.run('run-parts /etc/ca-certificates/update.d')
  },
  'make runs many compilers at once': (job) => {
    const make = job.run('make -j32')
    for (let file = 0; file < 90; file++) make.run(`cc -c ${file}.c`).write(`/src/${file}.o`)
  },
  'a database drops a table, and writes over its own files': (job) => {
    const server = job.run('postgres -D /srv/pg')
    for (let file = 0; file < 60; file++) server.fork().write(`/srv/pg/base/${file}`, { inode: String(5000 + file) })
    const writer = server.fork()
    for (let file = 0; file < 60; file++) {
      const one = { inode: String(5000 + file), layer: 'upper' }
      writer.read(`/srv/pg/base/${file}`, { ...one, flags: 2 })
      writer.event('unlink', { path: `/srv/pg/base/${file}`, device: 7, ...one, directory: false, result: 0 })
    }
  },
  'a shell deletes one file after others have deleted many of theirs': (job) => {
    for (let one = 0; one < 30; one++) job.run('/opt/compactor').unlink(`/srv/data/${one}`)
    for (let one = 0; one < 30; one++) job.run('/opt/sweeper').unlink(`/srv/more/${one}`)
    job.run('rm -f /srv/dump').unlink('/srv/dump')
  },
  'a server hands its connection to a script of the image': (job) => {
    const server = job.run('httpd').listen(80).accept('10.9.9.9', 50_000)
    const args = ['/bin/sh', '/srv/cgi-bin/status', '']
    server.fork().exec('sh', { args, stdio: [netSocket('10.9.9.9', 50_000), netSocket('10.9.9.9', 50_000), NOTHING] })
  },
  'a start waits for its database, refused and then let in': (job) => {
    for (let time = 0; time < 12; time++) {
      job.fork().connect('10.3.0.5', 5432, { result: -111 }).exit()
      const client = job
        .run('pg_isready -h db')
        .connect('10.3.0.5', 5432, { result: -115, socketId: String(700 + time) })
      client.traffic('10.3.0.5', 5432, 0, 0, { socketId: String(700 + time) }).exit()
    }
    const last = job.fork().connect('10.3.0.5', 5432, { socketId: '799' })
    last.traffic('10.3.0.5', 5432, 1, 0, { socketId: '799' }).exit()
  },
  'a log is rotated': (job) => {
    const rotate = job.run('logrotate /etc/logrotate.conf')
    for (let log = 0; log < 30; log++) rotate.rename(`/var/www/logs/${log}`, `/var/www/logs/${log}.1`)
  },
  'names of a cluster and of a content network are looked up': (job) => {
    const app = job.run('app')
    for (const name of [
      'api',
      'auth',
      'orders',
      'd1a2b3c4d5e6f7.cdnprovider.net',
      'ec2-198-51-100-7.compute.example.com',
      'storage.googleapis.example',
    ]) {
      app.dns(name.includes('.') ? name : `${name}.shop.svc.cluster.local`)
    }
  },
}

/** Silent after three runs of the same. */
const LEARNT: Readonly<Record<string, Work>> = {
  'a backup of everything': (job) => {
    job.run('tar czf /tmp/b.tgz /etc /var/lib').read('/etc/shadow').write('/tmp/b.tgz').exit()
    job.run('sha256sum /tmp/b.tgz').read('/tmp/b.tgz')
  },
  'a backup that is uploaded where it always is': (job) => {
    job.run('tar czf /tmp/b.tgz /var/lib').write('/tmp/b.tgz').exit()
    job
      .run('curl -T /tmp/b.tgz http://10.88.0.3:8000/up')
      .connect('10.88.0.3', 8000)
      .traffic('10.88.0.3', 8000, 400_000, 200)
  },
  'a controller that asks the API all day': (job) => {
    for (let time = 0; time < 5; time++) {
      job
        .run('cat /var/run/secrets/kubernetes.io/serviceaccount/token')
        .read('/var/run/secrets/kubernetes.io/serviceaccount/token')
        .exit()
      job.run('curl -sk https://10.96.0.1:6443/api').connect('10.96.0.1', 6443).exit()
    }
  },
  'a script of a package that reports to its maker': (job) => {
    job
      .run('npm ci', { args: ['node', '/usr/lib/npm-cli.js', 'ci'] })
      .run('node telemetry.js')
      .connect('198.51.100.9', 443)
      .protocol('http', '198.51.100.9', 443, 'POST /v1')
  },
  'a pipeline that fetches from the usual place, works on it and hands it back': (job) => {
    job.run('curl -o /srv/in.csv http://10.77.0.3').connect('10.77.0.3', 8000).write('/srv/in.csv').exit()
    job.run('gzip /srv/in.csv').read('/srv/in.csv').write('/srv/in.csv.gz').exit()
    const send = job.run('curl -T /srv/in.csv.gz http://10.77.0.3').read('/srv/in.csv.gz').connect('10.77.0.3', 8000)
    send.traffic('10.77.0.3', 8000, 90_000, 100)
  },
  'an agent that reports every second': (job, world) => {
    const agent = job.run('/opt/agent')
    for (let time = 0; time < 9; time++) {
      agent.connect('198.51.100.20', 443)
      world.wait(1000)
    }
  },
}

function expectQuiet(world: World): void {
  expect(world.told.findings.map((one) => one.sentence.en)).toEqual([])
  expect([...world.told.incidents.values()].map((one) => one.title.en)).toEqual([])
}

describe('ordinary work of an unknown image', () => {
  it.each(Object.entries(COLD))('%s', (_, work) => {
    const world = createWorld()
    const init = world.container('c1', '/entry')
    work(init.run('sh /entry.d/work'), world)
    world.wait(70_000)
    expectQuiet(world)
  })
})

describe('ordinary work of a container that no runtime describes', () => {
  it.each(Object.entries(COLD))('%s', (_, work) => {
    const world = createWorld()
    const init = world.container('c1', '/entry', {}, Number.POSITIVE_INFINITY)
    work(init.run('sh /entry.d/work'), world)
    world.wait(70_000)
    expectQuiet(world)
  })
})

describe('ordinary work after three runs', () => {
  it.each(Object.entries(LEARNT))('%s', (_, work) => {
    const world = createWorld()
    const round = (id: string) => {
      work(world.container(id, '/entry').run('sh /entry.d/work'), world)
      world.wait(2000)
      world.end(id)
    }
    for (let run = 0; run < 3; run++) round(`l${run}`)
    world.told.findings.splice(0)
    world.told.incidents.clear()
    for (let run = 0; run < 10; run++) round(`s${run}`)
    expectQuiet(world)
  })
})
