// Checks of the commands that the history of an image keeps.
import type { Image } from '@yagura/schema'
import type { Check, ConfigurationCheck } from './check.ts'

interface CommandCheck extends Check {
  /** Every command of the history, without what builders put before it. */
  readonly pattern: RegExp
  /** A command that has this too is fine. */
  readonly unless?: RegExp
}

const COMMANDS: readonly CommandCheck[] = [
  {
    id: 'remote-add',
    severity: 'medium',
    title: 'ADD of a URL',
    remedy: 'Download with a checksum (ADD --checksum, or curl and sha256sum).',
    pattern: /^ADD\s.*\b(?:https?|ftp):\/\//i,
    unless: /--checksum=/,
  },
  {
    id: 'pipe-to-shell',
    severity: 'high',
    title: 'Downloads and runs in one step',
    remedy: 'Download to a file, check its checksum or signature, then run it.',
    pattern: /\b(?:curl|wget)\b[^|;&]{0,400}\|\s*(?:sudo\s+)?(?:\S*\/)?(?:ba|da|z|a)?sh\b/,
  },
  {
    id: 'insecure-download',
    severity: 'medium',
    title: 'Download without a check of certificates',
    remedy: 'Remove the option, and add the missing certificate authority.',
    pattern:
      /\bcurl\b[^|;&]{0,300}\s(?:-k|--insecure)\b|\bwget\b[^|;&]{0,300}--no-check-certificate|--trusted-host\b|strict-ssl\s+false|http\.sslVerify\s+false/,
  },
  {
    id: 'plain-download',
    severity: 'medium',
    title: 'Download over plain HTTP',
    remedy: 'Use https.',
    pattern: /\b(?:curl|wget)\b[^|;&]{0,300}\shttp:\/\/(?!localhost|127\.)/,
  },
  {
    id: 'unauthenticated-packages',
    severity: 'high',
    title: 'Packages without a signature',
    remedy: 'Import the key of the repository in place of the option.',
    pattern: /--allow-unauthenticated|--no-gpg-check|--nogpgcheck|--allow-untrusted|\[trusted=yes\]|--force-yes/,
  },
  {
    id: 'apt-cache-kept',
    severity: 'negligible',
    title: 'Lists of apt stay in the layer',
    remedy: 'End the same step with rm -rf /var/lib/apt/lists/*.',
    pattern: /\bapt(?:-get)?\s[^;&|]{0,100}update\b/,
    unless: /rm\s[^;&|]*\/var\/lib\/apt\/lists|--mount=type=cache/,
  },
  {
    id: 'apt-recommends',
    severity: 'negligible',
    title: 'Installs recommended packages',
    remedy: 'Install with --no-install-recommends.',
    pattern: /\bapt-get\s[^;&|]{0,100}install\b/,
    unless: /--no-install-recommends|APT::Install-Recommends/,
  },
  {
    id: 'apk-cache-kept',
    severity: 'negligible',
    title: 'Index of apk stays in the layer',
    remedy: 'Install with apk add --no-cache.',
    pattern: /\bapk\s[^;&|]{0,60}(?:add|update)\b/,
    unless: /--no-cache|rm\s[^;&|]*\/var\/cache\/apk|--mount=type=cache/,
  },
  {
    id: 'rpm-cache-kept',
    severity: 'negligible',
    title: 'Cache of dnf or yum stays in the layer',
    remedy: 'End the same step with dnf clean all.',
    pattern: /\b(?:yum|dnf|microdnf)\s[^;&|]{0,60}install\b/,
    unless: /clean\s+all|rm\s[^;&|]*\/var\/cache\/(?:yum|dnf)|--mount=type=cache/,
  },
  {
    id: 'pip-cache-kept',
    severity: 'negligible',
    title: 'Cache of pip stays in the layer',
    remedy: 'Install with pip install --no-cache-dir.',
    pattern: /\bpip3?\s[^;&|]{0,60}install\b/,
    unless: /--no-cache-dir|PIP_NO_CACHE_DIR|--mount=type=cache/,
  },
  {
    id: 'whole-upgrade',
    severity: 'low',
    title: 'Upgrades everything',
    remedy: 'Use a newer base image, so that builds of the same source are the same.',
    pattern: /\b(?:apt-get|apt|yum|dnf|apk)\s[^;&|]{0,60}(?:dist-upgrade|full-upgrade)\b/,
  },
  {
    id: 'chmod-everybody',
    severity: 'medium',
    title: 'chmod 777',
    remedy: 'Give files to the user of the application (COPY --chown), and rights to nobody else.',
    pattern: /\bchmod\s+(?:-\S+\s+)*(?:0?777|a\+rwx|ugo\+rwx|o\+w|a\+w)\b/,
  },
  {
    id: 'sudo-in-build',
    severity: 'low',
    title: 'sudo in the build',
    remedy: 'Run the step before USER; sudo then need not be in the image.',
    pattern: /(?:^|[;&|]\s*|\s)sudo\s+(?!-V)\w/,
  },
  {
    id: 'secret-build-argument',
    severity: 'high',
    title: 'Secret as a build argument',
    remedy: 'Use RUN --mount=type=secret; arguments stay in the history.',
    pattern: /(?:^ARG\s+|^\|\d+\s(?:.{0,2000}?\s)?)\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)\w*=\S{4}/i,
  },
  {
    id: 'password-in-command',
    severity: 'high',
    title: 'Password in a command',
    remedy: 'Set the password when the container starts, from a secret.',
    pattern:
      /\bchpasswd\b|\bpasswd\s+--stdin|\b(?:curl|wget)\b[^|;&]{0,200}\s(?:-u|--user|--password)[= ]\S+:?\S{3}|sshpass\s+-p/,
  },
  {
    id: 'host-check-off',
    severity: 'medium',
    title: 'SSH without a check of the host',
    remedy: 'Put the key of the host into known_hosts.',
    pattern: /StrictHostKeyChecking[= ]no/,
  },
  {
    id: 'maintainer-step',
    severity: 'negligible',
    title: 'MAINTAINER is deprecated',
    remedy: 'Use LABEL org.opencontainers.image.authors.',
    pattern: /^MAINTAINER\s/i,
  },
  {
    id: 'moving-source',
    severity: 'low',
    title: 'Source that moves',
    remedy: 'Name a version or commit in place of the branch.',
    pattern:
      /\b(?:curl|wget)\b[^|;&]{0,300}(?:\/(?:master|main|HEAD|latest)\/|\/archive\/(?:refs\/heads\/)?(?:master|main)\.)/,
  },
  {
    id: 'service-manager',
    severity: 'low',
    title: 'Starts services with a service manager',
    remedy: 'Start one program a container.',
    pattern: /\b(?:systemctl\s+(?:enable|start)|service\s+\S+\s+start|update-rc\.d)\b/,
  },
  {
    id: 'setuid-added',
    severity: 'medium',
    title: 'Sets setuid or setgid',
    remedy: 'Do without it, or give the program the one capability it needs.',
    pattern: /\bchmod\s+(?:-\S+\s+)*(?:[ug]+\+s|0?[2467][0-7]{3})\b/,
  },
]

export const historyChecks: readonly ConfigurationCheck[] = COMMANDS.map(({ pattern, unless, ...check }) => ({
  ...check,
  find: (image) =>
    stepsOf(image)
      .filter(({ command }) => pattern.test(command) && !unless?.test(command))
      .map(({ command, layer }) => ({ message: `The step is: ${hidden(command).slice(0, 300)}`, layer })),
}))

interface Step {
  readonly command: string
  readonly layer: string | null
}

const MAX_COMMAND = 4096

/** Classic builders write `/bin/sh -c #(nop) ADD …` and `/bin/sh -c apt-get …`, BuildKit `RUN /bin/sh -c apt-get … # buildkit`. */
export function stepsOf({ history, layers }: Image): Step[] {
  const steps: Step[] =
    history?.map(({ createdBy, diffId }) => ({ command: createdBy, layer: diffId })) ??
    layers.map(({ createdBy, diffId }) => ({ command: createdBy ?? '', layer: diffId }))
  return steps.map(({ command, layer }) => ({ command: plainCommand(command.slice(0, MAX_COMMAND)), layer }))
}

function plainCommand(text: string): string {
  return text
    .trim()
    .replace(/\s+# buildkit$/, '')
    .replace(
      /^(?:RUN\s+)?(\|\d+ .*? )?\/bin\/(?:ba|a)?sh (?:-\w+ )*-?c\s+(?:#\(nop\)\s+)?/s,
      (_, args?: string) => args ?? '',
    )
    .trim()
}

/** What may be a secret in a command is not shown. */
function hidden(command: string): string {
  return command.replace(
    /((?:password|passwd|secret|token|key|user|-u|-p)\w*[= ]["']?)([^\s"']{3,})|(:\/\/[^\s:@/]*:)[^\s@/]+@|(echo\s+["']?\w+:)[^\s"'|]+/gi,
    (_, name?: string, _value?: string, url?: string, echo?: string) => (url ? `${url}…@` : `${name ?? echo ?? ''}…`),
  )
}
