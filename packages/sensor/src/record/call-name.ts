// Names of the calls that records give as numbers.
import { RECORD_CONSTANTS as C } from '@yagura/schema/kernel-record'
import type { CallTables } from '../call/names.ts'

/** Operations by number. Source: enum io_uring_op in include/uapi/linux/io_uring.h. */
const IO_URING = (
  'NOP READV WRITEV FSYNC READ_FIXED WRITE_FIXED POLL_ADD POLL_REMOVE SYNC_FILE_RANGE SENDMSG RECVMSG TIMEOUT ' +
  'TIMEOUT_REMOVE ACCEPT ASYNC_CANCEL LINK_TIMEOUT CONNECT FALLOCATE OPENAT CLOSE FILES_UPDATE STATX READ WRITE FADVISE ' +
  'MADVISE SEND RECV OPENAT2 EPOLL_CTL SPLICE PROVIDE_BUFFERS REMOVE_BUFFERS TEE SHUTDOWN RENAMEAT UNLINKAT MKDIRAT ' +
  'SYMLINKAT LINKAT MSG_RING FSETXATTR SETXATTR FGETXATTR GETXATTR SOCKET URING_CMD SEND_ZC SENDMSG_ZC READ_MULTISHOT ' +
  'WAITID FUTEX_WAIT FUTEX_WAKE FUTEX_WAITV FIXED_FD_INSTALL FTRUNCATE BIND LISTEN RECV_ZC EPOLL_WAIT READV_FIXED ' +
  'WRITEV_FIXED PIPE'
).split(' ')

/** `number` carries CALL_COMPAT, or one of CALL_EXEC, CALL_UNKNOWN, CALL_IO_URING. */
export function callName({ native, compat }: CallTables, number: number): string {
  if ((number & C.CALL_EXEC) !== 0) return 'exec'
  if ((number & C.CALL_UNKNOWN) !== 0) return 'unknown'
  const bare = number & 0xffff
  if ((number & C.CALL_IO_URING) !== 0) return `io_uring:${IO_URING[bare] ?? bare}`
  const table = (number & C.CALL_COMPAT) !== 0 ? compat : native
  return table.name(bare) ?? `syscall_${bare}`
}
