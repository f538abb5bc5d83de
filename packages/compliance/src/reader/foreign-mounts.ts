// Which directories of a container lie on file systems whose server may never answer, or that are no files at all (proc(5), mountinfo).
import { readFileSync } from 'node:fs'

const FOREIGN =
  /^(fuse|nfs|cifs|smb|9p$|ceph|glusterfs|afs|lustre|proc$|sysfs$|cgroup|debugfs$|tracefs$|securityfs$|bpf$|mqueue$|devpts$|autofs$)/
const MAX_BYTES = 4 * 1024 * 1024

/** Of the process behind `/proc/PID`; absolute inside the container's root. */
export function foreignMounts(directory: string): string[] {
  try {
    return foreignIn(readFileSync(`${directory}/mountinfo`, 'utf8').slice(0, MAX_BYTES))
  } catch {
    return ['/proc', '/sys']
  }
}

export function foreignIn(mountinfo: string): string[] {
  const points = ['/proc', '/sys']
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2)
    const point = before.split(' ')[4]
    if (point === undefined || point === '/' || !FOREIGN.test(after.split(' ', 1)[0] ?? '')) continue
    points.push(point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
  }
  return [...new Set(points)]
}
