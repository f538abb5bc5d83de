// The policy under which the bench lets the agent act: what an operator would write for a service whose programs and peers are
// known. What names programs, files and peers stands for the attacked service alone; drift is refused to every image that did without
// it when it was learnt; reactions to strong signals and to campaigns hold for every container, ordinary work included.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The bench's API and backup peers, and the container itself. */
const POLICY = `version: 1
containmentsPerHour: 1000
prevent:
  - name: service-runs-its-image-only
    mode: enforce
    select: { images: ['bench.local/service*'] }
    denyExec: [upper, tmpfs, memory]
    denyScripts: true
    denyMappings: true
    denyRaising: { except: [su] }
    denyOpen:
      write:
        - cron.d/
        - cron.daily/
        - cron.hourly/
        - crontabs/
        - etc/crontab
        - atjobs/
        - authorized_keys
        - systemd/system/
        - kubernetes/manifests/
        - manifests/
        - profile.d/
        - etc/rc.local
        - etc/passwd
        - etc/shadow
        - etc/gshadow
        - etc/sudoers
        - sudoers.d/
        - pam.d/
        - init.d/
        - update-motd.d/
        - rsyslog.d/
        - hooks/
        - etc/profile
        - .bashrc
        - .profile
        - .bash_profile
        - .zshrc
        - sitecustomize.py
        - systemd/user/
        - timers.target.wants/
        - multi-user.target.wants/
        - etc/ld.so.preload
        - release_agent
        - uevent_helper
        - core_pattern
        - .bash_history
        - log/auth.log
        - log/wtmp
        - log/btmp
        - log/lastlog
        - log/syslog
        - log/messages
        - .zsh_history
        - uid_map
        - bin/
        - sbin/
        - apt.conf.d/
        - bash.bashrc
        - mem
      read:
        - etc/shadow
        - .aws/credentials
        - .docker/config.json
        - .git-credentials
        - .netrc
        - .pgpass
        - .npmrc
        - .pypirc
        - .vault-token
        - gcloud/credentials.db
        - etc/gshadow
        - .bash_history
        - member/snap/
        - .ssh/id_ecdsa
        - .kube/config
        - kubernetes/admin.conf
        - kubernetes/pki/
        - .ssh/id_rsa
        - .ssh/id_ed25519
        - token
        - mem
        - environ
      except: [su, login, sudo, sshd, chage, unix_chkpwd, dpkg]
    denySockets: { runtime: true }
    denyCalls:
      - init_module
      - finit_module
      - open_by_handle_at
      - bpf
      - ptrace
      - mknod
      - mknodat
      - chroot
      - process_vm_writev
      - userfaultfd
      - io_uring_setup
      - kexec_load
      - kexec_file_load
    denyConnect:
      refuse: unlisted
      peers:
        - { network: 10.90.0.0/24 }
        - { network: 127.0.0.0/8 }
        - { network: '::1/128' }
  - name: what-is-known-keeps-to-its-image
    mode: enforce
    learnt: true
    select: {}
    denyExec: [upper, tmpfs, memory]
    denyScripts: true
respond:
  - name: end-strong-acts
    mode: enforce
    when: { grade: strong }
    do: [kill-tree]
  - name: contain-campaigns
    mode: enforce
    when: { containable: true }
    do: [freeze]
`

export async function writePolicy(directory: string): Promise<string> {
  const path = join(directory, 'policy.yaml')
  await writeFile(path, POLICY)
  return path
}
