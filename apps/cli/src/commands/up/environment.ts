// Each program gets the variables it needs and no others: no npm variables, no NODE_OPTIONS, no secrets of the other one.

export type Environment = Readonly<Record<string, string | undefined>>

const COMMON = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']
const OF_AGENT = [
  'YAGURA_RUNTIME_ROOT',
  'YAGURA_SENSOR',
  'YAGURA_SENSOR_WITHOUT',
  'YAGURA_HANDOVER_DIR',
  'YAGURA_SPOOL_BYTES',
  'YAGURA_BPF_OBJECT',
  'YAGURA_RULES_DIR',
  'YAGURA_KUBERNETES_AUDIT_LOG',
  'YAGURA_COMPLIANCE_HOURS',
  'YAGURA_KUBECONFIG',
  'YAGURA_MIDDLEWARE_CREDENTIALS',
  'YAGURA_MIDDLEWARE_PROBE',
  'YAGURA_RESPONSE_POLICY',
  'YAGURA_REMOTE_RESPONSE',
]
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export function serverEnvironment(env: Environment, dataDir: string, home: string): Record<string, string> {
  const own = Object.keys(env).filter(
    (name) => name.startsWith('YAGURA_') && !OF_AGENT.includes(name) && !name.startsWith('YAGURA_ENROLMENT_TOKEN'),
  )
  return { ...pick(env, [...COMMON, ...PROXIES, ...own]), PATH: SYSTEM_PATH, HOME: home, YAGURA_DATA_DIR: dataDir }
}

export function agentEnvironment(env: Environment, dataDir: string, tokenFile: string): Record<string, string> {
  return {
    ...pick(env, [...COMMON, ...OF_AGENT, 'YAGURA_LOG_LEVEL', 'HOME']),
    PATH: SYSTEM_PATH,
    YAGURA_DATA_DIR: dataDir,
    YAGURA_ENROLMENT_TOKEN_FILE: tokenFile,
    NODE_COMPILE_CACHE: `${dataDir}/agent/compile-cache`,
  }
}

function pick(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}
