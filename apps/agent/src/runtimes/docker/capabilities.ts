// Docker tells what was added and dropped, not the result; the default set is moby's (oci/caps/defaults.go).

const DEFAULT = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
]

export function dockerCapabilities(
  added: readonly string[],
  dropped: readonly string[],
  all: readonly string[],
): string[] {
  const add = added.map(fullName)
  const drop = dropped.map(fullName)
  const base = add.includes('CAP_ALL') ? all : drop.includes('CAP_ALL') ? [] : DEFAULT
  const result = new Set([...base, ...add.filter((name) => name !== 'CAP_ALL')])
  for (const name of drop) if (!add.includes(name)) result.delete(name)
  return [...result]
}

function fullName(name: string): string {
  const upper = name.toUpperCase()
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`
}
