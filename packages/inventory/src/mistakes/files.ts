// Checks of files: by their path and permissions as they come by, and some by what is in them. What counts in the end is decided when
// all layers are known.
import type { LayerEntry } from '@yagura/image'
import type { Check } from './check.ts'
import type { Oddity } from './oddity.ts'

interface EntryCheck extends Check {
  /** Where it looks; left out: everywhere. */
  readonly path?: RegExp
  /** What is odd about an entry there; undefined: nothing. */
  test(entry: LayerEntry): string | undefined
}

interface ContentCheck extends Check {
  readonly path: RegExp
  test(text: string, path: string): readonly string[]
}

const TEMPORARY = /^(?:tmp|var\/tmp|dev\/shm|run\/lock|var\/lock|dev\/mqueue)(?:\/|$)/
const isFile = ({ kind }: LayerEntry) => kind === 'file'
const octal = (mode: number) => mode.toString(8).padStart(4, '0')

const anyFile = (entry: LayerEntry) => (isFile(entry) ? '' : undefined)
const anyButDirectory = ({ kind }: LayerEntry) => (kind === 'directory' ? undefined : '')

const ENTRIES: readonly EntryCheck[] = [
  {
    id: 'setuid-file',
    severity: 'low',
    title: 'setuid programs',
    remedy: 'Remove what is not needed, or take the bit away (chmod u-s).',
    test: (entry) => (isFile(entry) && (entry.mode ?? 0) & 0o4000 ? octal(entry.mode ?? 0) : undefined),
  },
  {
    id: 'setgid-file',
    severity: 'negligible',
    title: 'setgid programs',
    remedy: 'Remove what is not needed, or take the bit away (chmod g-s).',
    test: (entry) =>
      isFile(entry) && (entry.mode ?? 0) & 0o2000 && (entry.mode ?? 0) & 0o010 ? octal(entry.mode ?? 0) : undefined,
  },
  {
    id: 'file-capabilities',
    severity: 'low',
    title: 'Programs with capabilities',
    remedy: 'Take them away (setcap -r), and give the container the one it needs.',
    test: (entry) => (isFile(entry) && entry.hasCapabilities ? '' : undefined),
  },
  {
    id: 'world-writable-directory',
    severity: 'medium',
    title: 'Directories everybody can write to, without the sticky bit',
    remedy: 'Take the right away (chmod o-w), or set the sticky bit (chmod +t).',
    test: (entry) =>
      entry.kind === 'directory' && ((entry.mode ?? 0) & 0o1002) === 0o0002 ? octal(entry.mode ?? 0) : undefined,
  },
  {
    id: 'world-writable-file',
    severity: 'medium',
    title: 'Files everybody can write to',
    remedy: 'Take the right away (chmod o-w).',
    test: (entry) =>
      isFile(entry) && (entry.mode ?? 0) & 0o0002 && !TEMPORARY.test(entry.path) ? octal(entry.mode ?? 0) : undefined,
  },
  {
    id: 'writable-system-file',
    severity: 'high',
    title: 'System files others than root can change',
    remedy: 'Restore the permissions of the package (0644).',
    path: /^etc\/(?:passwd|shadow|group|gshadow|sudoers|crontab|ld\.so\.preload|profile)$/,
    test: (entry) => (isFile(entry) && (entry.mode ?? 0) & 0o022 ? octal(entry.mode ?? 0) : undefined),
  },
  {
    id: 'readable-shadow',
    severity: 'high',
    title: 'Password hashes everybody can read',
    remedy: 'Restore the permissions (chmod 0640 /etc/shadow).',
    path: /^etc\/g?shadow-?$/,
    test: (entry) => (isFile(entry) && (entry.mode ?? 0) & 0o004 ? octal(entry.mode ?? 0) : undefined),
  },
  {
    id: 'readable-private-key',
    severity: 'medium',
    title: 'Key files everybody can read',
    remedy: 'Leave keys out of images, or restrict who reads them (chmod 0600).',
    path: /(?:^|\/)\.ssh\/id_[a-z0-9]+$|^etc\/ssl\/private\//,
    test: (entry) => (isFile(entry) && (entry.mode ?? 0) & 0o004 ? octal(entry.mode ?? 0) : undefined),
  },
  {
    id: 'sudo',
    severity: 'low',
    title: 'sudo',
    remedy: 'Leave it out; containers should start as the user they need.',
    path: /^usr\/(?:local\/)?bin\/(?:sudo|doas)$|^usr\/bin\/doas$/,
    test: anyButDirectory,
  },
  {
    id: 'ssh-server',
    severity: 'medium',
    title: 'SSH server',
    remedy: 'Leave it out, and use the means of the orchestrator to get into containers.',
    path: /^usr\/(?:local\/)?s?bin\/(?:sshd|dropbear)$/,
    test: anyButDirectory,
  },
  {
    id: 'ssh-host-key',
    severity: 'high',
    title: 'Host keys of SSH',
    remedy: 'Make them when the container starts; all containers of the image share these.',
    path: /^etc\/(?:ssh\/ssh_host_[a-z0-9]+_key|dropbear\/dropbear_[a-z0-9]+_host_key)$/,
    test: anyButDirectory,
  },
  {
    id: 'authorized-keys',
    severity: 'high',
    title: 'Keys that open accounts',
    remedy: 'Leave authorized_keys out of the image.',
    path: /(?:^|\/)\.ssh\/authorized_keys2?$/,
    test: anyButDirectory,
  },
  {
    id: 'git-directory',
    severity: 'medium',
    title: 'History of the source',
    remedy: 'Put .git into .dockerignore; it holds all that ever was in the source.',
    path: /(?:^|\/)\.git\/HEAD$/,
    test: anyFile,
  },
  {
    id: 'environment-file',
    severity: 'medium',
    title: 'Environment files',
    remedy: 'Put .env into .dockerignore, and give settings when the container starts.',
    path: /(?:^|\/)\.env(?:\.(?:local|production|prod|staging))?$/,
    test: (entry) => (/(?:node_modules|site-packages|vendor)\//.test(entry.path) ? undefined : anyFile(entry)),
  },
  {
    id: 'build-files',
    severity: 'negligible',
    title: 'Files of the build',
    remedy: 'Put them into .dockerignore.',
    path: /^(?:app|src|usr\/src\/[^/]+|workspace|opt\/[^/]+)\/(?:Dockerfile|docker-compose\.ya?ml|\.dockerignore|\.gitlab-ci\.yml|Jenkinsfile)$/,
    test: anyButDirectory,
  },
  {
    id: 'shell-history',
    severity: 'medium',
    title: 'History of a shell',
    remedy: 'Remove it in the step that makes it; it shows what was typed.',
    path: /(?:^|\/)\.(?:bash|zsh|ash|sh|python|mysql|psql|node_repl)_history$/,
    test: (entry) => (entry.sizeBytes > 0 ? anyFile(entry) : undefined),
  },
  {
    id: 'core-dump',
    severity: 'medium',
    title: 'Core dumps',
    remedy: 'Remove them; they hold the memory of a program.',
    path: /^(?:[^/]+\/)?core\.\d+$|\.hprof$/,
    test: anyFile,
  },
  {
    id: 'compiler',
    severity: 'low',
    title: 'Compilers',
    remedy: 'Build in a stage of its own, and copy the result.',
    path: /^usr\/(?:local\/(?:go\/)?)?bin\/(?:gcc|g\+\+|clang|cc1|go|rustc|javac|make|cmake|tcc)(?:-\d+)?$/,
    test: anyButDirectory,
  },
  {
    id: 'debug-tool',
    severity: 'low',
    title: 'Tools of attackers and debuggers',
    remedy: 'Leave them out; a debug container can bring them when they are needed.',
    path: /^(?:usr\/)?(?:local\/)?s?bin\/(?:gdb|strace|ltrace|tcpdump|nmap|ncat|netcat|nc\.(?:traditional|openbsd)|socat|tshark|telnet|hydra|sqlmap)$/,
    test: anyButDirectory,
  },
  {
    id: 'package-cache',
    severity: 'negligible',
    title: 'Caches of package managers',
    remedy: 'Clean them in the step that fills them.',
    path: /^var\/cache\/apt\/archives\/[^/]+\.deb$|^var\/lib\/apt\/lists\/[^/]+_(?:Packages|InRelease)|^var\/cache\/apk\/APKINDEX|^var\/cache\/(?:yum|dnf)\/.+\.(?:rpm|solv)$|^root\/\.(?:cache\/pip|npm\/_cacache|cache\/yarn|m2\/repository|cargo\/registry|gradle\/caches)\//,
    test: anyFile,
  },
  {
    id: 'container-socket',
    severity: 'high',
    title: 'Socket of a container engine',
    remedy: 'Leave it out; whoever holds it controls the host.',
    path: /^(?:var\/)?run\/(?:docker|containerd\/containerd|crio\/crio|podman\/podman)\.sock$/,
    test: () => '',
  },
  {
    id: 'device-file',
    severity: 'medium',
    title: 'Memory or disks as devices',
    remedy: 'Remove the device; the runtime makes those that are needed.',
    path: /^dev\/(?:mem|kmem|port|sd[a-z]\d*|nvme\d\w*|vd[a-z]\d*)$/,
    test: ({ kind }) => (kind === 'other' ? '' : undefined),
  },
]

const CONTENTS: readonly ContentCheck[] = [
  {
    id: 'empty-password',
    severity: 'critical',
    title: 'Account without a password',
    remedy: 'Lock it (passwd -l), or give it a password.',
    path: /^etc\/shadow$/,
    test: (text) =>
      fieldsOf(text)
        .filter(([name, hash]) => name && hash === '')
        .map(([name]) => `${name} needs no password`),
  },
  {
    id: 'weak-password-hash',
    severity: 'medium',
    title: 'Password with a weak hash',
    remedy: 'Leave passwords out of images; at least use yescrypt or SHA-512.',
    path: /^etc\/shadow$/,
    test: (text) =>
      fieldsOf(text)
        .filter(([, hash]) => hash && (/^\$1\$/.test(hash) || /^[./A-Za-z0-9]{13}$/.test(hash)))
        .map(([name]) => `${name} has one of MD5 or DES`),
  },
  {
    id: 'password-in-passwd',
    severity: 'critical',
    title: 'Password field in /etc/passwd',
    remedy: 'Write x or * into the field, and lock the account in /etc/shadow.',
    path: /^etc\/passwd$/,
    test: (text) =>
      fieldsOf(text)
        .filter(
          ([name, password]) =>
            name && password !== undefined && password !== 'x' && password !== '*' && password !== '!',
        )
        .map(([name, password]) => `${name} has ${password === '' ? 'none' : 'one'}`),
  },
  {
    id: 'second-root',
    severity: 'high',
    title: 'Another account with the number 0',
    remedy: 'Give it a number of its own; it is root by another name.',
    path: /^etc\/passwd$/,
    test: (text) =>
      fieldsOf(text)
        .filter(([name, , uid]) => name !== 'root' && uid !== undefined && /^0+$/.test(uid))
        .map(([name]) => `${name} is root too`),
  },
  {
    id: 'sudo-without-password',
    severity: 'high',
    title: 'sudo without a password',
    remedy: 'Take NOPASSWD away, or leave sudo out.',
    path: /^etc\/sudoers(?:\.d\/[^/]+)?$/,
    test: (text) =>
      linesOf(text)
        .filter((line) => /NOPASSWD/.test(line))
        .map((line) => line.slice(0, 120)),
  },
  {
    id: 'ssh-root-login',
    severity: 'high',
    title: 'SSH lets root in',
    remedy: 'Set PermitRootLogin no.',
    path: /^etc\/ssh\/sshd_config(?:\.d\/[^/]+)?$/,
    test: (text) => linesOf(text).filter((line) => /^\s*PermitRootLogin\s+yes/i.test(line)),
  },
  {
    id: 'ssh-password-login',
    severity: 'medium',
    title: 'SSH with passwords',
    remedy: 'Set PasswordAuthentication and PermitEmptyPasswords to no.',
    path: /^etc\/ssh\/sshd_config(?:\.d\/[^/]+)?$/,
    test: (text) =>
      linesOf(text).filter((line) => /^\s*(?:PasswordAuthentication|PermitEmptyPasswords)\s+yes/i.test(line)),
  },
  {
    id: 'cron-job',
    severity: 'low',
    title: 'Jobs of cron',
    remedy: 'Let the orchestrator start jobs; nobody sees those inside a container fail.',
    path: /^(?:var\/spool\/cron\/(?:crontabs\/)?[^/]+|etc\/cron\.d\/[^/.][^/]*)$/,
    test: (text) =>
      linesOf(text)
        .filter(
          (line) =>
            /^(?:@\w+|[\d*]\S*(?:\s+\S+){4})\s+\S/.test(line) &&
            !/\be2scrub|popularity-contest|run-parts|periodic/.test(line),
        )
        .map((line) => line.slice(0, 120)),
  },
  {
    id: 'preloaded-library',
    severity: 'high',
    title: 'Library loaded into every program by /etc/ld.so.preload',
    remedy: 'Remove the file; malware hides this way.',
    path: /^etc\/ld\.so\.preload$/,
    test: (text) => linesOf(text).map((line) => line.slice(0, 120)),
  },
  {
    id: 'insecure-repository',
    severity: 'medium',
    title: 'Repository without signatures',
    remedy: 'Import its key, and take the option away.',
    path: /^etc\/apt\/sources\.list(?:\.d\/[^/]+)?$|^etc\/yum\.repos\.d\/[^/]+\.repo$/,
    test: (text) =>
      linesOf(text)
        .filter((line) => /trusted=yes|^Trusted:\s*yes|^\s*gpgcheck\s*=\s*0/i.test(line))
        .map((line) => line.slice(0, 120)),
  },
  {
    id: 'moving-repository',
    severity: 'low',
    title: 'Repository of a branch that moves',
    remedy: 'Use the repositories of one release.',
    path: /^etc\/apk\/repositories$|^etc\/apt\/sources\.list(?:\.d\/[^/]+)?$/,
    test: (text) =>
      linesOf(text)
        .filter((line) => /\/edge\/|\s(?:sid|unstable|testing|experimental)\s/.test(line))
        .map((line) => line.slice(0, 120)),
  },
]

export const fileChecks: readonly Check[] = [...ENTRIES, ...CONTENTS]

const EVERYWHERE = ENTRIES.filter(({ path }) => path === undefined)
/** Nearly no file is where one of the others looks, which one question tells. */
const SOMEWHERE = new RegExp(ENTRIES.flatMap(({ path }) => path?.source ?? []).join('|'))
const NOTHING: readonly Oddity[] = []

export function oddEntry(entry: LayerEntry): readonly Oddity[] {
  if (entry.kind === 'whiteout' || entry.kind === 'opaque') return NOTHING
  let found: Oddity[] | undefined
  for (const check of SOMEWHERE.test(entry.path) ? ENTRIES : EVERYWHERE) {
    if (check.path?.test(entry.path) === false) continue
    const detail = check.test(entry)
    if (detail === undefined) continue
    found ??= []
    found.push({ check: check.id, path: entry.path, detail })
  }
  return found ?? NOTHING
}

/** Does some check want to see what is in it? */
export function contentChecks(path: string): boolean {
  return (
    (path.startsWith('etc/') || path.startsWith('var/spool/cron/')) && CONTENTS.some((check) => check.path.test(path))
  )
}

const MAX_OF_FILE = 20

export function oddContent(path: string, bytes: Buffer): readonly Oddity[] {
  const text = bytes.toString('utf8')
  return CONTENTS.filter((check) => check.path.test(path)).flatMap((check) =>
    check
      .test(text, path)
      .slice(0, MAX_OF_FILE)
      .map((detail) => ({ check: check.id, path, detail: detail.slice(0, 200) })),
  )
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
}

function fieldsOf(text: string): string[][] {
  return linesOf(text).map((line) => line.split(':'))
}
