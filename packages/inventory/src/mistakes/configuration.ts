// Checks of what the configuration says a container starts with.
import type { Image } from '@yagura/schema'
import type { ConfigurationCheck, Evidence } from './check.ts'

const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh'])

export const configurationChecks: readonly ConfigurationCheck[] = [
  {
    ...{ id: 'root-user', severity: 'medium', title: 'Runs as root' },
    remedy: 'End the Dockerfile with USER and a number other than 0.',
    find: ({ config }) =>
      isRoot(config.user) ? [{ message: `The user is ${config.user || 'not set, which is root'}.` }] : [],
  },
  {
    ...{ id: 'named-user', severity: 'negligible', title: 'User by name' },
    remedy: 'Name the user by number, so that the orchestrator can tell that it is not root.',
    find: ({ config }) =>
      !isRoot(config.user) && !/^\d+(:\d+)?$/.test(config.user)
        ? [{ message: `The user is the name ${config.user}, which only the image can resolve.` }]
        : [],
  },
  {
    ...{ id: 'root-group', severity: 'low', title: 'Group of root' },
    remedy: 'Give the user a group of its own.',
    find: ({ config }) =>
      /:(0|root)$/.test(config.user) && !isRoot(config.user)
        ? [{ message: `The user ${config.user} has the group of root.` }]
        : [],
  },
  {
    ...{ id: 'secret-variable', severity: 'high', title: 'Secret in an environment variable' },
    remedy: 'Take it out of the image and give it to the container when it starts.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= 4 && !/^(?:true|false|\/|\$)/i.test(value))
        .map(([name]) => ({ message: `The variable ${name} has a value in the image.` })),
  },
  {
    ...{ id: 'secret-label', severity: 'high', title: 'Secret in a label' },
    remedy: 'Take the label out; everybody who can see the image can read it.',
    find: ({ config }) =>
      Object.entries(config.labels)
        .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= 4)
        .map(([name]) => ({ message: `The label ${name} has a value.` })),
  },
  {
    ...{ id: 'library-preload', severity: 'medium', title: 'Library loaded into every program' },
    remedy: 'Set LD_PRELOAD and LD_LIBRARY_PATH for the one program that needs it.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(([name, value]) => (name === 'LD_PRELOAD' || name === 'LD_LIBRARY_PATH') && value !== '')
        .map(([name, value]) => ({ message: `${name} is ${value}.` })),
  },
  {
    ...{ id: 'relative-path-variable', severity: 'medium', title: 'PATH with a relative directory' },
    remedy: 'List only absolute directories in PATH.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(([name, value]) => name === 'PATH' && value.split(':').some((one) => !one.startsWith('/')))
        .map(([, value]) => ({ message: `PATH is ${value}, and programs may come from the working directory.` })),
  },
  {
    ...{
      id: 'world-writable-path-variable',
      severity: 'medium',
      title: 'PATH with a directory everybody can write to',
    },
    remedy: 'Take temporary directories out of PATH.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(([name, value]) => name === 'PATH' && /(^|:)\/(?:var\/)?tmp(?:[:/]|$)/.test(value))
        .map(([, value]) => ({ message: `PATH is ${value}.` })),
  },
  {
    ...{ id: 'verification-off', severity: 'high', title: 'Certificates are not checked' },
    remedy: 'Remove the variable, and add the missing certificate authority to the image instead.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(
          ([name, value]) =>
            (name === 'NODE_TLS_REJECT_UNAUTHORIZED' && value === '0') ||
            (name === 'PYTHONHTTPSVERIFY' && value === '0') ||
            (name === 'GIT_SSL_NO_VERIFY' && value !== '' && value !== '0' && value !== 'false') ||
            (name === 'NPM_CONFIG_STRICT_SSL' && value === 'false'),
        )
        .map(([name, value]) => ({ message: `${name} is ${value}.` })),
  },
  {
    ...{ id: 'debug-mode', severity: 'low', title: 'Debug mode is on' },
    remedy: 'Turn it on where it is needed, not in the image.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(
          ([name, value]) =>
            (/^(?:FLASK_DEBUG|DJANGO_DEBUG|APP_DEBUG)$/.test(name) && /^(?:1|true)$/i.test(value)) ||
            (/^(?:NODE_ENV|FLASK_ENV|RAILS_ENV|APP_ENV|ASPNETCORE_ENVIRONMENT)$/.test(name) &&
              /^dev(?:elopment)?$/i.test(value)) ||
            (/^(?:NODE_OPTIONS|JAVA_TOOL_OPTIONS|JAVA_OPTS)$/.test(name) && /--inspect|agentlib:jdwp/.test(value)),
        )
        .map(([name, value]) => ({ message: `${name} is ${value}.` })),
  },
  {
    ...{ id: 'proxy-password', severity: 'high', title: 'Password of a proxy' },
    remedy: 'Give proxies as build arguments that are predefined, which leave no trace.',
    find: ({ config }) =>
      variables(config.environment)
        .filter(([name, value]) => /^(?:https?|ftp|all)_proxy$/i.test(name) && /\/\/[^/@]*:[^/@]+@/.test(value))
        .map(([name]) => ({ message: `${name} has a password in it.` })),
  },
  {
    ...{ id: 'no-health-check', severity: 'negligible', title: 'No health check' },
    remedy: 'Add HEALTHCHECK, or make sure the orchestrator probes the container.',
    find: ({ config }) =>
      config.hasHealthCheck === false ? [{ message: 'Nothing tells whether a container works.' }] : [],
  },
  ...ports(
    ['22', '2222'],
    'exposed-ssh',
    'medium',
    'Exposes SSH',
    'Use the means of the orchestrator to get into containers.',
  ),
  ...ports(
    ['2375', '2376'],
    'exposed-docker',
    'high',
    'Exposes the docker engine',
    'Whoever reaches this port controls the host; do not expose it.',
  ),
  ...ports(
    ['23', '21', '69', '512', '513', '514'],
    'exposed-plain-protocol',
    'high',
    'Exposes a protocol without encryption',
    'Use SSH or HTTPS in place of telnet, FTP, TFTP and the r-commands.',
  ),
  ...ports(
    ['5005', '9229', '5678', '2345'],
    'exposed-debugger',
    'high',
    'Exposes a debugger',
    'Leave debuggers out of images that go into production.',
  ),
  ...ports(
    ['5900', '5901', '3389'],
    'exposed-desktop',
    'medium',
    'Exposes a remote desktop',
    'Leave remote desktops out of the image.',
  ),
  {
    ...{ id: 'too-many-ports', severity: 'low', title: 'Exposes many ports' },
    remedy: 'Expose what the one service of the image needs.',
    find: ({ config }) =>
      config.exposedPorts.length > 10 ? [{ message: `${config.exposedPorts.length} ports are exposed.` }] : [],
  },
  {
    ...{ id: 'docker-socket-volume', severity: 'high', title: 'Wants the socket of the container engine' },
    remedy: 'Do without it; whoever holds the socket controls the host.',
    find: ({ config }) =>
      (config.volumes ?? [])
        .filter((one) => /(?:docker|containerd|crio|podman)\.sock$/.test(one))
        .map((one) => ({ message: `${one} is a volume.` })),
  },
  {
    ...{ id: 'system-volume', severity: 'medium', title: 'System directory as a volume' },
    remedy: 'Use a directory of the application as the volume.',
    find: ({ config }) =>
      (config.volumes ?? [])
        .filter((one) => /^\/(?:etc|proc|sys|dev|boot|root|usr|bin|sbin|lib)?\/?$/.test(one))
        .map((one) => ({ message: `${one} is a volume.` })),
  },
  {
    ...{ id: 'relative-working-directory', severity: 'low', title: 'Relative working directory' },
    remedy: 'Give WORKDIR an absolute path.',
    find: ({ config }) =>
      config.workingDirectory !== '' && !config.workingDirectory.startsWith('/')
        ? [{ message: `The working directory is ${config.workingDirectory}.` }]
        : [],
  },
  {
    ...{ id: 'system-working-directory', severity: 'low', title: 'System directory as the working directory' },
    remedy: 'Give the application a directory of its own.',
    find: ({ config }) =>
      /^\/(?:etc|proc|sys|dev|boot|bin|sbin|lib|usr\/(?:bin|sbin|lib))\/?$/.test(config.workingDirectory)
        ? [{ message: `The working directory is ${config.workingDirectory}.` }]
        : [],
  },
  {
    ...{ id: 'shell-form', severity: 'low', title: 'Starts through a shell' },
    remedy: 'Write ENTRYPOINT and CMD as lists, so that signals reach the program.',
    find: ({ config }) =>
      [config.entrypoint, config.command]
        .filter(([program, option]) => SHELLS.has(program?.split('/').at(-1) ?? '') && option === '-c')
        .map((words) => ({ message: `It starts ${words.join(' ').slice(0, 300)}.` })),
  },
  {
    ...{ id: 'starts-ssh-server', severity: 'high', title: 'Starts an SSH server' },
    remedy: 'Start the application alone, and use the means of the orchestrator to get into containers.',
    find: ({ config }) =>
      /(?:^|[\s/])(?:sshd|dropbear)(?:\s|$)/.test([...config.entrypoint, ...config.command].join(' '))
        ? [{ message: 'An SSH server is what the container starts with.' }]
        : [],
  },
  {
    ...{ id: 'no-command', severity: 'negligible', title: 'Nothing to start' },
    remedy: 'Set ENTRYPOINT or CMD, unless the image is only a base.',
    find: ({ config, digest }) =>
      digest !== null && config.entrypoint.length + config.command.length === 0
        ? [{ message: 'Neither ENTRYPOINT nor CMD is set.' }]
        : [],
  },
  {
    ...{ id: 'latest-tag', severity: 'low', title: 'Tag that moves' },
    remedy: 'Name images by a version or, better, by digest.',
    find: ({ names }) =>
      names
        .filter((name) => /(?::latest|^[^@:]+|\/[^@:/]+)$/.test(name))
        .map((name) => ({ message: `The image is called ${name}.` })),
  },
  {
    ...{ id: 'build-triggers', severity: 'low', title: 'Triggers for other builds' },
    remedy: 'Write the steps into the Dockerfiles that need them; ONBUILD runs unseen.',
    find: ({ config }) => (config.onBuild ?? []).map((step) => ({ message: `ONBUILD ${step.slice(0, 300)}` })),
  },
  {
    ...{ id: 'no-source-label', severity: 'negligible', title: 'Nobody knows where it comes from' },
    remedy: 'Set the label org.opencontainers.image.source.',
    find: ({ config, digest }) =>
      digest !== null &&
      !Object.keys(config.labels).some((name) => /(?:image\.source|vcs-url|image\.url|maintainer)$/i.test(name))
        ? [{ message: 'No label says which source or team the image is of.' }]
        : [],
  },
  {
    ...{ id: 'too-many-layers', severity: 'negligible', title: 'Many layers' },
    remedy: 'Put steps together that belong together.',
    find: ({ layers }) => (layers.length > 60 ? [{ message: `The image has ${layers.length} layers.` }] : []),
  },
  {
    ...{ id: 'impossible-date', severity: 'negligible', title: 'No date of creation' },
    remedy: 'Let the build set the date of its commit.',
    find: ({ createdAt, digest }) =>
      digest !== null && createdAt === null ? [{ message: 'The image does not say when it was made.' }] : [],
  },
]

function ports(
  numbers: readonly string[],
  id: string,
  severity: 'medium' | 'high',
  title: string,
  remedy: string,
): ConfigurationCheck[] {
  const find = ({ config }: Image): Evidence[] =>
    config.exposedPorts
      .filter((port) => numbers.includes(port.split('/')[0] ?? ''))
      .map((port) => ({ message: `The port ${port} is exposed.` }))
  return [{ id, severity, title, remedy, find }]
}

function isRoot(user: string): boolean {
  return /^(?:|root|0+)(?::.*)?$/.test(user)
}

function variables(environment: readonly string[]): (readonly [string, string])[] {
  return environment.map((line) => {
    const at = line.indexOf('=')
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
  })
}
