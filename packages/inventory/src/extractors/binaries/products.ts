// Every product that is recognised, each with an example that its test uses. Marks were taken from the programs that Debian and the
// makers of the products distribute.
import { alone, behind, goModule, type Product, VERSION } from './product.ts'

const servers: readonly Product[] = [
  {
    name: 'nginx',
    files: /^nginx(?:-debug)?$/,
    marks: [behind('nginx version: nginx/'), behind('nginx/')],
    example: ['nginx', 'nginx version: nginx/1.22.1\0', '1.22.1'],
  },
  {
    name: 'openresty',
    files: /^(?:nginx|openresty)$/,
    marks: [behind('openresty/')],
    example: ['openresty', 'nginx version: openresty/1.21.4.1\0', '1.21.4.1'],
  },
  {
    name: 'httpd',
    files: /^(?:httpd|apache2)$/,
    marks: [behind('Apache/', '\\d+\\.\\d+\\.\\d+')],
    example: ['httpd', '\0Apache/2\0Apache/2.4\0Apache/2.4.57 (Unix)\0', '2.4.57'],
  },
  {
    name: 'haproxy',
    files: /^haproxy$/,
    marks: [
      { near: ' version ', match: new RegExp(` version (${VERSION})[-\\w+~]*, released \\d{4}/`) },
      { near: 'HAProxy version ', match: new RegExp(`HAProxy version (${VERSION})`) },
    ],
    example: ['haproxy', '\0 version 2.6.12-f588462, released 2023/03/28\0', '2.6.12'],
  },
  {
    name: 'lighttpd',
    files: /^lighttpd$/,
    marks: [behind('lighttpd/')],
    example: ['lighttpd', '\0lighttpd/1.4.69\0', '1.4.69'],
  },
  {
    name: 'varnish',
    files: /^varnishd$/,
    marks: [{ near: 'varnish-', match: /varnish-(\d+\.\d+\.\d+) revision/ }],
    example: ['varnishd', '\0varnish-7.1.1 revision 7cee1c581bead20e\0', '7.1.1'],
  },
  {
    name: 'openresty',
    files: /^(?:nginx|openresty)$/,
    marks: [behind('openresty/')],
    example: ['nginx', 'nginx version: openresty/1.25.3.1\0', '1.25.3.1'],
  },
  { name: 'squid', files: /^squid(?:-\w+)?$/, marks: [behind('squid/')], example: ['squid', '\0squid/5.7\0', '5.7'] },
  {
    name: 'redis',
    files: /^redis-(?:server|sentinel|check-aof|check-rdb)$/,
    marks: ['2.', '3.', '4.', '5.', '6.', '7.', '8.'].map((start) =>
      alone(start, '\\d\\.\\d{1,2}\\.\\d{1,3}', 'highest'),
    ),
    // behind the version stands a number of the build, as one text with it
    example: ['redis-server', '\x002.6.0\x007.0.15\x003.2.0\x007.0.151790283218000000000\0', '7.0.15'],
  },
  {
    name: 'redis',
    files: /^redis-(?:cli|benchmark)$/,
    marks: [{ near: '\0 (git:%s', match: /\0(\d+\.\d+\.\d+)\0 \(git:%s/ }],
    example: ['redis-cli', 'TLS Error: %s\n\x007.0.15\0 (git:%s\0-dirty\0', '7.0.15'],
  },
  {
    name: 'valkey',
    files: /^valkey-(?:server|sentinel|check-aof|check-rdb)$/,
    marks: ['7.', '8.', '9.'].map((start) => alone(start, '\\d\\.\\d{1,2}\\.\\d{1,3}', 'highest')),
    example: ['valkey-server', '\x007.2.0\x008.0.1\x007.0.0\0', '8.0.1'],
  },
  {
    name: 'memcached',
    files: /^memcached$/,
    marks: [behind('memcached ')],
    example: ['memcached', '\0memcached 1.6.18\n\0', '1.6.18'],
  },
  {
    name: 'postgresql',
    files: /^(?:postgres|psql|pg_dump|pg_ctl|initdb)$/,
    marks: [behind('(PostgreSQL) '), behind('PostgreSQL ')],
    example: ['postgres', '\0postgres (PostgreSQL) 15.4 (Debian 15.4-1)\n\0', '15.4'],
  },
  {
    name: 'mariadb',
    files: /^(?:mariadbd?|mysqld?)$/,
    marks: [{ near: '-MariaDB', match: /\0(\d+\.\d+\.\d+)-MariaDB[\w.+~-]*\0/ }],
    example: ['mariadbd', 'for example 10.1.1-MariaDB-mariadb1precise-log.\x0010.11.6-MariaDB\0', '10.11.6'],
  },
  {
    name: 'mysql',
    files: /^mysqld?$/,
    marks: [{ near: '/mysql-', match: /\/mysql-(\d+\.\d+\.\d+)\// }],
    example: ['mysqld', '\0/builddir/build/BUILD/mysql-8.0.33/mysql-8.0.33/sql/mysqld.cc\0', '8.0.33'],
  },
  {
    name: 'bind',
    files: /^named$/,
    marks: [behind('BIND ')],
    example: ['named', 'named version: BIND 9.18.24 <>\0', '9.18.24'],
  },
  {
    name: 'dnsmasq',
    files: /^dnsmasq$/,
    marks: [{ near: '\0dnsmasq-', match: /\0dnsmasq-(\d+\.\d+)\0/ }],
    example: ['dnsmasq', '/etc/dnsmasq.conf\0dnsmasq-2.90\0version.bind', '2.90'],
  },
  {
    name: 'dovecot',
    files: /^dovecot$/,
    marks: [behind('Dovecot v')],
    example: ['dovecot', 'Dovecot v2.3.19.1 (9b53102964) starting up\0', '2.3.19.1'],
  },
  {
    name: 'ntpsec',
    files: /^ntpd$/,
    marks: [behind('ntpd ntpsec-')],
    example: ['ntpd', '\0ntpd ntpsec-1.2.2\0', '1.2.2'],
  },
  {
    name: 'unbound',
    files: /^unbound$/,
    marks: [behind('unbound ')],
    example: ['unbound', '\0unbound 1.17.1\0', '1.17.1'],
  },
  {
    name: 'openssh',
    files: /^(?:sshd?|ssh-keygen|ssh-agent)$/,
    marks: [{ near: 'OpenSSH_', match: /\0OpenSSH_(\d+\.\d+p\d+)/ }],
    example: ['sshd', '\0OpenSSH_2.*,OpenSSH_3.0*\0OpenSSH_9.2p1 Debian-2\0', '9.2p1'],
  },
  {
    name: 'openvpn',
    files: /^openvpn$/,
    marks: [{ near: 'OpenVPN 2.', match: /\0OpenVPN (\d+\.\d+\.\d+) [\w.]+-/ }],
    example: ['openvpn', '(OpenVPN 2.6.0+).\0\0OpenVPN 2.6.3 x86_64-pc-linux-gnu [SSL (OpenSSL)] \0', '2.6.3'],
  },
  {
    name: 'wireguard-tools',
    files: /^wg$/,
    marks: [alone('1.0.20', '1\\.0\\.20\\d{6}')],
    example: ['wg', '-v\0--version\x001.0.20210914\0-h\0', '1.0.20210914'],
  },
  {
    name: 'postfix',
    files: /^(?:postfix|master|smtpd|postconf)$/,
    marks: [behind('mail_version=')],
    example: ['postfix', '\0mail_version=3.7.11\0', '3.7.11'],
  },
  {
    name: 'exim',
    files: /^exim4?$/,
    marks: [{ near: '<<eximversion>>', match: /\0(\d+\.\d+(?:\.\d+)?)\0<<eximversion>>/ }],
    example: ['exim4', '\0<<eximcnumber>>\x004.96\0<<eximversion>>\0', '4.96'],
  },
  {
    name: 'vsftpd',
    files: /^vsftpd$/,
    marks: [behind('(vsFTPd ')],
    example: ['vsftpd', '\0(vsFTPd 3.0.3)\0', '3.0.3'],
  },
  {
    name: 'proftpd',
    files: /^proftpd$/,
    marks: [{ near: 'ProFTPD ', match: /ProFTPD (?:Version )?(\d+\.\d+\.\d+[a-z]?)/ }],
    example: ['proftpd', '\0ProFTPD Version: %s\0ProFTPD Version 1.3.8b\0', '1.3.8b'],
  },
  {
    name: 'mosquitto',
    files: /^mosquitto$/,
    marks: [{ near: 'mosquitto version %s', match: /\0(\d+\.\d+\.\d+)\0mosquitto version %s/ }],
    example: ['mosquitto', 'remapping.\x002.0.18\0mosquitto version %s\n\0', '2.0.18'],
  },
  {
    name: 'openldap',
    files: /^slapd$/,
    marks: [behind('OpenLDAP: slapd ')],
    example: ['slapd', '@(#) $OpenLDAP: slapd 2.5.13 (Feb  8 2023) $\0', '2.5.13'],
  },
  {
    name: 'samba',
    files: /^(?:smbd|nmbd|winbindd)$/,
    marks: [behind('SAMBA_', '4\\.\\d+\\.\\d+')],
    example: ['smbd', '\0SAMBA_4.17.12\0', '4.17.12'],
  },
  {
    name: 'tor',
    files: /^tor$/,
    marks: [behind('on Tor ')],
    example: ['tor', ' (on Tor 0.4.7.16 )\0', '0.4.7.16'],
  },
  {
    name: 'stunnel',
    files: /^stunnel[45]?$/,
    marks: [behind('stunnel ')],
    example: ['stunnel4', '\0stunnel 5.68 on x86_64-pc-linux-gnu platform\0', '5.68'],
  },
]

const runtimes: readonly Product[] = [
  {
    name: 'node',
    files: /^(?:node|nodejs|libnode\.so[\d.]*)$/,
    marks: [behind('/node-v', '\\d+\\.\\d+\\.\\d+')],
    example: ['node', 'https://nodejs.org/download/release/v20.20.2/node-v20.20.2.tar.gz\0', '20.20.2'],
  },
  {
    name: 'python',
    files: /^(?:python(?:2\.7|3\.\d+)m?|libpython(?:2\.7|3\.\d+)m?\.so[\d.]*)$/,
    marks: [
      alone('3.', '3\\.(?:[3-9]|\\d\\d)\\.\\d+(?:(?:a|b|rc)\\d+)?\\+?'),
      alone('2.7.', '2\\.7\\.\\d+(?:rc\\d+)?\\+?'),
    ],
    example: ['python3.11', 'pymalloc_debug\x003.11.2\0strict\x003.2.0\0', '3.11.2'],
  },
  {
    name: 'pypy',
    files: /^(?:pypy\d?(?:\.\d+)?|libpypy[\d.]*-c\.so[\d.]*)$/,
    marks: [behind('[PyPy ')],
    example: ['libpypy3.9-c.so', '22:36:23)\n[PyPy 7.3.11 with GCC 12.2.0]\0', '7.3.11'],
  },
  {
    name: 'perl',
    files: /^(?:perl[\d.]*|libperl\.so[\d.]*)$/,
    marks: [alone('v5.', 'v?5\\.\\d+\\.\\d+')],
    example: ['perl', 'PERL_INTERNAL_RAND_SEED\0v5.36.0\0panic', '5.36.0'],
  },
  {
    name: 'ruby',
    files: /^(?:ruby[\d.]*|libruby[\d.-]*\.so[\d.]*)$/,
    marks: [{ near: 'ruby ', match: /ruby (\d+\.\d+\.\d+)(?:p\d+|\w+)? \(\d{4}-/ }],
    example: ['ruby', '\0ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux]\0', '3.1.2'],
  },
  {
    name: 'php',
    files: /^(?:php[\d.]*|php-fpm[\d.]*|php-cgi[\d.]*|libphp[\d.]*\.so)$/,
    marks: [behind('X-Powered-By: PHP/')],
    example: ['php-fpm', '\0X-Powered-By: PHP/8.2.14\0', '8.2.14'],
  },
  {
    name: 'lua',
    files: /^(?:luac?[\d.]*|liblua[\d.-]*\.so[\d.]*)$/,
    marks: [behind('Lua ', '5\\.\\d+\\.\\d+')],
    example: ['lua5.4', '\0Lua 5.4\0$LuaVersion: Lua 5.4.4  Copyright (C) 1994-2022 $\0', '5.4.4'],
  },
  {
    name: 'erlang',
    files: /^OTP_VERSION$/,
    marks: [{ near: '.', match: /^(\d+\.\d+(?:\.\d+)*)\s*$/ }],
    example: ['OTP_VERSION', '25.2.3\n', '25.2.3'],
  },
  {
    name: 'openjdk',
    files: /^release$/,
    marks: [{ near: 'JAVA_VERSION="', match: /^JAVA_VERSION="([\d._+-]+)"/m }],
    example: ['release', 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n', '17.0.9'],
  },
  {
    name: 'go',
    files: /^VERSION$/,
    marks: [{ near: 'go1.', match: /^go(1\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)\s/ }],
    example: ['VERSION', 'go1.22.1\ntime 2024-02-29T18:18:48Z\n', '1.22.1'],
  },
  {
    name: 'rust',
    files: /^librustc_driver-[\da-f]+\.so$/,
    marks: [{ near: '-rust-1.', match: /-rust-(1\.\d+\.\d+)-(?:stable|beta|nightly)/ }],
    example: ['librustc_driver-6108105cd7e839cf.so', '\0libLLVM.so.22.1-rust-1.95.0-stable\0', '1.95.0'],
  },
  {
    name: 'sbcl',
    files: /^sbcl$/,
    marks: [{ near: 'SBCL %s', match: /\0(\d+\.\d+\.\d+)[\w.-]*\0SBCL %s/ }],
    example: ['sbcl', '--version\x002.2.9\0SBCL %s\n\0', '2.2.9'],
  },
]

const libraries: readonly Product[] = [
  {
    name: 'openssl',
    files: /^(?:openssl|lib(?:crypto|ssl)\.so[\d.]*)$/,
    marks: [{ near: 'OpenSSL ', match: /OpenSSL (\d+\.\d+\.\d+[a-z]{0,2}(?:-\w+)?) +\d{1,2} [A-Z][a-z]{2} \d{4}/ }],
    example: ['libcrypto.so.3', '\0OpenSSL 3.0.11 19 Sep 2023\0', '3.0.11'],
  },
  {
    name: 'curl',
    files: /^(?:curl|libcurl(?:-gnutls)?\.so[\d.]*)$/,
    marks: [behind('libcurl/'), { near: '\0curl/', match: /\0curl\/(\d+\.\d+\.\d+)/ }],
    example: ['libcurl.so.4.8.0', '\0libcurl/7.88.1\0', '7.88.1'],
  },
  {
    name: 'sqlite',
    files: /^(?:sqlite3|libsqlite3\.so[\d.]*)$/,
    marks: [alone('3.', '3\\.\\d+\\.\\d+(?:\\.\\d+)?')],
    example: ['libsqlite3.so.0', 'df5c253c0b3d\x003.40.1\0', '3.40.1'],
  },
  {
    name: 'zlib',
    files: /^libz\.so[\d.]*$/,
    marks: [{ near: 'flate ', match: /(?:in|de)flate (\d+\.\d+(?:\.\d+)*) Copyright/ }],
    example: ['libz.so.1', ' deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly\0', '1.2.13'],
  },
  {
    name: 'zstd',
    files: /^libzstd\.so[\d.]*$/,
    marks: [alone('1.', '1\\.\\d+\\.\\d+')],
    example: ['libzstd.so.1', '\x001.5.4\0', '1.5.4'],
  },
  {
    // the command also names the zlib that it was built with
    name: 'zstd',
    files: /^zstd(?:mt|cat)?$/,
    marks: [{ near: 'v1.', match: /\0v(1\.\d+\.\d+)\0/ }],
    example: ['zstd', '\x001.3.2\0Enabled\0v1.5.7\0Zstandard CLI\0', '1.5.7'],
  },
  {
    name: 'libtiff',
    files: /^libtiff\.so[\d.]*$/,
    marks: [behind('LIBTIFF, Version ')],
    example: ['libtiff.so.6', '\0LIBTIFF, Version 4.5.0\nCopyright', '4.5.0'],
  },
  {
    name: 'libjpeg-turbo',
    files: /^(?:libjpeg|libturbojpeg)\.so[\d.]*$/,
    marks: [behind('libjpeg-turbo version ')],
    example: ['libjpeg.so.62', 'libjpeg-turbo version 2.1.5 (build 20230203)\0', '2.1.5'],
  },
  {
    name: 'libssh',
    files: /^libssh(?:-gcrypt)?\.so[\d.]*$/,
    marks: [behind('SSH-2.0-libssh_')],
    example: ['libssh.so.4', '\0SSH-2.0-libssh_0.10.6\0', '0.10.6'],
  },
  {
    name: 'libssh2',
    files: /^libssh2\.so[\d.]*$/,
    marks: [behind('SSH-2.0-libssh2_')],
    example: ['libssh2.so.1', '\0SSH-2.0-libssh2_1.10.0\0', '1.10.0'],
  },
  {
    name: 'nghttp2',
    files: /^libnghttp2\.so[\d.]*$/,
    marks: [alone('1.', '1\\.\\d+\\.\\d+')],
    example: ['libnghttp2.so.14', 'www-authenticate\x001.52.0\0CONNECT', '1.52.0'],
  },
  {
    name: 'pcre2',
    files: /^libpcre2-(?:8|16|32)\.so[\d.]*$/,
    marks: [{ near: '10.', match: /\0(10\.\d+) \d{4}-\d\d-\d\d\0/ }],
    example: ['libpcre2-8.so.0', '\0PCRE2_10.47\x0010.42 2022-12-11\0', '10.42'],
  },
  {
    name: 'expat',
    files: /^libexpatw?\.so[\d.]*$/,
    marks: [behind('expat_', '\\d+\\.\\d+\\.\\d+')],
    example: ['libexpat.so.1', '\0expat_free\0expat_2.5.0\0', '2.5.0'],
  },
  {
    name: 'libpng',
    files: /^libpng\d*\.so[\d.]*$/,
    marks: [behind('libpng version ')],
    example: ['libpng16.so.16', ' libpng version 1.6.39 - November 20, 2022\0', '1.6.39'],
  },
  {
    name: 'gnutls',
    files: /^libgnutls\.so[\d.]*$/,
    marks: [behind('GnuTLS ')],
    example: ['libgnutls.so.30', 'Enabled GnuTLS 3.7.9 logging...\0', '3.7.9'],
  },
  {
    name: 'libgit2',
    files: /^libgit2\.so[\d.]*$/,
    marks: [behind('libgit2 ')],
    example: ['libgit2.so.1.5', '\0libgit2 1.5.1\0', '1.5.1'],
  },
  {
    name: 'xz',
    files: /^(?:xz|unxz|xzcat)$/,
    marks: [behind('(XZ Utils) ')],
    example: ['xz', '\0xz (XZ Utils) 5.4.1\n\0', '5.4.1'],
  },
]

const tools: readonly Product[] = [
  {
    name: 'busybox',
    files: /^busybox(?:\.\w+)?$/,
    marks: [behind('BusyBox v')],
    example: ['busybox', '\0BusyBox v1.35.0 (2022-11-19 10:13:10 UTC)\0', '1.35.0'],
  },
  {
    name: 'bash',
    files: /^bash$/,
    marks: [behind('@(#)Bash version ')],
    example: ['bash', '@(#)Bash version 5.2.15(1) release GNU\0', '5.2.15'],
  },
  {
    name: 'gzip',
    files: /^(?:gzip|gunzip)$/,
    marks: [alone('1.', '1\\.\\d{1,2}(?:\\.\\d+)?')],
    example: ['gzip', 'size changed while zipping\n\x001.12\0\0', '1.12'],
  },
  {
    name: 'git',
    files: /^git$/,
    marks: [{ near: 'git/', match: /git\/(\d+\.\d+\.\d+[\w.]*)\0/ }],
    example: ['git', '\xfegit/2.39.5\0GIT_USER_AGENT\0', '2.39.5'],
  },
  {
    name: 'sudo',
    files: /^sudo$/,
    marks: [{ near: 'Sudo version %s', match: /Sudo version %s\n\0(\d+\.\d+\.\d+(?:p\d+)?)\0/ }],
    example: ['sudo', 'Sudo version %s\n\x001.9.13p3\0Configure options', '1.9.13p3'],
  },
  {
    name: 'jq',
    files: /^jq(?:-\w+)*$/,
    marks: [
      { near: '\0version\0jq-%s', match: /\0(\d\.\d+(?:\.\d+)?(?:rc\d+)?)\0version\0jq-%s/ },
      { near: 'jq: error (at', match: /\0(\d\.\d+(?:\.\d+)?(?:rc\d+)?)\0[^j]{0,12}jq: error \(at/ },
    ],
    example: ['jq', 'writing output failed: %s\n\x001.6\0DEBUG:\0\x1e\0jq: error (at %s): %s\n\0', '1.6'],
  },
  {
    name: 'nmap',
    files: /^nmap$/,
    marks: [{ near: 'https://nmap.org\0', match: /https:\/\/nmap\.org\0(\d+\.\d+)\0/ }],
    example: ['nmap', '\0https://nmap.org\x007.93\0Nmap\0', '7.93'],
  },
  {
    name: 'ffmpeg',
    files: /^(?:ffmpeg|ffprobe)$/,
    marks: [
      { near: '%s version ', match: /%s version n?(\d+\.\d+(?:\.\d+)?)/ },
      { near: '\0%s version %s', match: /\0n?(\d+\.\d+(?:\.\d+)?)[\w.+~-]{0,20}\0%s version %s/ },
    ],
    example: ['ffmpeg', '\0%s version 5.1.4\0%sbuilt with %s\n\0', '5.1.4'],
  },
  {
    name: 'rsync',
    files: /^rsync$/,
    marks: [{ near: '\0copyright\0url', match: /\0(3\.\d+\.\d+)\0copyright\0url/ }],
    example: ['rsync', '"%s"\x003.2.7\0copyright\0url\0', '3.2.7'],
  },
  {
    name: 'tcpdump',
    files: /^tcpdump$/,
    marks: [behind('%s version ')],
    example: ['tcpdump', '\0%s version 4.99.3\n\0', '4.99.3'],
  },
  {
    name: 'tini',
    files: /^tini(?:-static|-\w+)?$/,
    marks: [behind('tini version ')],
    example: ['tini', '\0tini version 0.19.0\0', '0.19.0'],
  },
]

/** A line of build information, as Go writes it. */
const built = (path: string, version: string) => `path\t${path}\nmod\t${path}\t${version}\th1:x=\nbuild\t-compiler=gc\n`
const linked = (variable: string, version: string) => `build\t-ldflags="-s -w -X ${variable}=${version}"\n`

const programsInGo: readonly Product[] = [
  {
    name: 'traefik',
    files: /^traefik$/,
    marks: goModule('github.com/traefik/traefik'),
    example: ['traefik', linked('github.com/traefik/traefik/v2/pkg/version.Version', 'v2.9.1'), '2.9.1'],
  },
  {
    name: 'consul',
    files: /^consul$/,
    marks: goModule('github.com/hashicorp/consul'),
    example: ['consul', linked('github.com/hashicorp/consul/version.Version', '1.15.1'), '1.15.1'],
  },
  {
    name: 'vault',
    files: /^vault$/,
    marks: goModule('github.com/hashicorp/vault'),
    example: ['vault', linked('github.com/hashicorp/vault/version.fullVersion', '1.13.0'), '1.13.0'],
  },
  {
    name: 'terraform',
    files: /^terraform$/,
    marks: goModule('github.com/hashicorp/terraform'),
    example: ['terraform', built('github.com/hashicorp/terraform', 'v1.5.7'), '1.5.7'],
  },
  {
    name: 'etcd',
    files: /^etcd(?:ctl|utl)?$/,
    marks: [...goModule('go.etcd.io/etcd'), ...goModule('go.etcd.io/etcd/api/v3')],
    example: ['etcd', linked('go.etcd.io/etcd/api/v3/version.Version', '3.5.9'), '3.5.9'],
  },
  {
    name: 'kubernetes',
    files: /^kube(?:ctl|let|adm|-apiserver|-proxy|-scheduler|-controller-manager)$/,
    marks: [
      ...goModule('k8s.io/component-base/version', '\\.gitVersion'),
      ...goModule('k8s.io/client-go/pkg/version', '\\.gitVersion'),
    ],
    example: ['kubectl', linked("'k8s.io/component-base/version.gitVersion", "v1.28.2'"), '1.28.2'],
  },
  {
    name: 'helm',
    files: /^helm$/,
    marks: goModule('helm.sh/helm'),
    example: ['helm', linked('helm.sh/helm/v3/internal/version.version', 'v3.11.2'), '3.11.2'],
  },
  {
    name: 'containerd',
    files: /^(?:containerd(?:-shim[\w-]*)?|ctr)$/,
    marks: goModule('github.com/containerd/containerd'),
    example: ['containerd', linked('github.com/containerd/containerd/version.Version', 'v1.7.2'), '1.7.2'],
  },
  {
    name: 'runc',
    files: /^runc(?:\.\w+)?$/,
    marks: [...goModule('main', '\\.version'), ...goModule('github.com/opencontainers/runc')],
    example: ['runc', linked('main.version', '1.1.7'), '1.1.7'],
  },
  {
    name: 'docker',
    files: /^docker(?:d|-proxy)?$/,
    marks: [
      { near: 'docker/dockerversion.Version=', match: new RegExp(`dockerversion\\.Version=v?(${VERSION})`) },
      { near: 'docker/cli/cli/version.Version=', match: new RegExp(`cli/version\\.Version=v?(${VERSION})`) },
    ],
    example: ['dockerd', linked('github.com/docker/docker/dockerversion.Version', '24.0.5'), '24.0.5'],
  },
  {
    name: 'coredns',
    files: /^coredns$/,
    marks: goModule('github.com/coredns/coredns'),
    example: ['coredns', built('github.com/coredns/coredns', 'v1.11.1'), '1.11.1'],
  },
  {
    name: 'prometheus',
    files: /^(?:prometheus|promtool)$/,
    marks: [
      ...goModule('github.com/prometheus/common/version', '\\.Version'),
      ...goModule('github.com/prometheus/prometheus'),
    ],
    example: ['prometheus', linked('github.com/prometheus/common/version.Version', '2.42.0'), '2.42.0'],
  },
  {
    name: 'caddy',
    files: /^caddy$/,
    marks: [
      ...goModule('github.com/caddyserver/caddy'),
      { near: 'dep\tgithub.com/caddyserver/caddy/v2\t', match: new RegExp(`caddy/v2\tv(${VERSION})\t`) },
    ],
    example: ['caddy', 'mod\tcaddy\t(devel)\ndep\tgithub.com/caddyserver/caddy/v2\tv2.6.4\th1:x=\n', '2.6.4'],
  },
]

export const products: readonly Product[] = [...servers, ...runtimes, ...libraries, ...tools, ...programsInGo]
