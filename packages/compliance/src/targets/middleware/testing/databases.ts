import type { Made } from './fixture.ts'
import { loadRecorded } from './recorded.ts'

export const databases: readonly Made[] = [
  {
    product: 'postgresql',
    name: 'careful',
    kind: 'good',
    environment: { PG_VERSION: '16.4', PGDATA: '/data', POSTGRES_HOST_AUTH_METHOD: 'scram-sha-256' },
    files: {
      '/data/': '0700',
      '/data/PG_VERSION': '16',
      '/data/postgresql.conf':
        "ssl = on # TLS\nssl_min_protocol_version = 'TLSv1.3'\nlog_connections yes\nlog_disconnections = on\nlog_statement = 'ddl'\npassword_encryption = 'scram-sha-256'\ninclude_dir = 'more'",
      '/data/more/a.conf': "log_line_prefix = 'it''s %m'",
      '/data/pg_hba.conf':
        'local all all peer\nhostssl shop "shop app" 10.244.0.0 255.255.0.0 scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all 0.0.0.0/0 reject',
    },
    answers: loadRecorded('PG', { 5: 0, 10: 1, 11: 0, 12: 0, 13: false, 19: 0 }),
  },
  {
    product: 'postgresql',
    name: 'open',
    kind: 'bad',
    environment: {
      PG_VERSION: '12.1',
      PG_MAJOR: '12',
      PGDATA: '/data',
      POSTGRES_HOST_AUTH_METHOD: 'trust',
      POSTGRES_PASSWORD: 'x',
    },
    process: { literals: new Set(['POSTGRES_PASSWORD']) },
    files: {
      '/data/': '0755',
      '/data/postgresql.conf': "ssl_min_protocol_version = 'TLSv1'",
      '/data/pg_hba.conf': 'local all all trust\nhost all all all trust\nhost app app 10.0.0.0/8 password',
    },
    answers: loadRecorded('PG', { 5: 2, 10: 3, 11: 1, 12: 1, 13: true, 19: 1 }),
  },
  {
    product: 'mysql',
    name: 'careful',
    kind: 'good',
    environment: { MYSQL_VERSION: '8.0.36', GOSU_VERSION: '1.16', MYSQL_ROOT_HOST: 'localhost' },
    process: { executable: '/usr/sbin/mysqld' },
    files: {
      '/etc/my.cnf':
        '[mysqld]\nrequire-secure-transport=ON\ntls_version=TLSv1.2,TLSv1.3\nlocal_infile=0\nsecure-file-priv="/var/lib/mysql-files"\nskip-mysqlx\n!includedir /etc/mysql/conf.d',
      '/etc/mysql/conf.d/a.cnf': '[mysqld]\ndatadir=/data # here',
      '/data/': '0750',
    },
    answers: loadRecorded('MY', { 1: 0, 2: 0, 5: 0, 10: 0, 11: 0, 12: 0, 13: 0, 14: 0, 15: 1, 16: 0, 18: 1 }),
  },
  {
    product: 'mysql',
    name: 'open',
    kind: 'bad',
    environment: {
      MYSQL_VERSION: '8.0.36',
      GOSU_VERSION: '1.16',
      MYSQL_ROOT_HOST: '%',
      MYSQL_ALLOW_EMPTY_PASSWORD: 'yes',
    },
    process: { executable: '/usr/sbin/mysqld', commandLine: ['mysqld', '--skip-grant-tables', '--local-infile=ON'] },
    files: {
      '/etc/my.cnf': '[mysqld]\ntls_version=TLSv1,TLSv1.2\nsecure_file_priv=\nlog-raw\n',
      '/var/lib/mysql/': '0755',
    },
    answers: loadRecorded('MY', { 1: 1, 5: 2, 10: 1, 11: 1, 12: 1, 13: 1, 14: 1, 15: 0, 16: 1, 18: 0 }),
  },
  {
    product: 'redis',
    name: 'careful',
    kind: 'good',
    environment: { REDIS_VERSION: '7.2.4' },
    process: { commandLine: ['redis-server', '/etc/redis/redis.conf'] },
    files: {
      '/etc/redis/redis.conf':
        '0640 bind 127.0.0.1 -::1\nport 0\ntls-port 6379\ntls-auth-clients yes\nrequirepass "abcdefghijklmnopqrstuvwxyz"\nreplicaof a 6379\ntls-replication yes\nmaxmemory 64mb\ndir /data\naclfile /etc/redis/users.acl',
      '/etc/redis/users.acl': '0600 user default off\nuser app on #abc ~app:* +@read +@write -@dangerous',
    },
    answers: { 'net:redis PING': '-NOAUTH Authentication required.' },
  },
  {
    product: 'redis',
    name: 'guarded',
    only: ['RD-02', 'RD-03', 'RD-12'],
    kind: 'good',
    environment: { REDIS_VERSION: '5.0.1' },
    process: { commandLine: ['redis-server', '/redis.conf', '--protected-mode', 'yes', '--user', 'default', 'off'] },
    files: { '/redis.conf': '0600 protected-mode yes\nbind 10.0.0.1\nport 0\nmaxmemory 1gb\nrename-command CONFIG ""' },
    answers: { 'redis:ACL GETUSER default': 'off', 'redis:ACL LIST': ['user default off nopass ~* +@all'] },
  },
  {
    product: 'redis',
    name: 'unguarded',
    only: ['RD-03', 'RD-11', 'RD-14'],
    kind: 'good',
    environment: { VERSION: '7' },
    process: { commandLine: ['redis-server', '/redis.conf'] },
    files: {
      '/redis.conf': '0600 protected-mode yes\nbind 10.0.0.1\nport 0\nmaxmemory 1gb',
      '/lib/apk/db/installed': 'P:redis\nV:7.2.4-r0\n',
    },
    answers: { 'redis:ACL GETUSER default': 'off', 'redis:ACL LIST': ['user default off nopass ~* +@all'] },
  },
  {
    product: 'redis',
    name: 'open',
    kind: 'bad',
    environment: { REDIS_VERSION: '7.2.4' },
    process: { uid: 0, commandLine: ['redis-server', '/etc/redis/redis.conf', '--acllog-max-len', '0'] },
    files: {
      '/etc/redis/redis.conf':
        '0644 enable-debug-command yes\nenable-module-command yes\nenable-protected-configs yes\ndir /root/.ssh\nloadmodule /tmp/x.so\nuser app on nopass +@all\nreplicaof a 1\ntls-port 6380\ntls-auth-clients no',
    },
    answers: { 'net:redis PING': '+PONG' },
  },
  {
    product: 'redis',
    name: 'old and short',
    only: ['RD-12', 'RD-15'],
    kind: 'bad',
    environment: { REDIS_VERSION: '5.0.1' },
    process: {
      uid: 0,
      commandLine: [
        'redis-server',
        '--requirepass',
        'short',
        '--dir',
        '/etc',
        '--loadmodule',
        '/x.so',
        '--user',
        'app',
        'on',
        '+@all',
      ],
    },
    files: {},
    answers: { 'redis:ACL GETUSER default': 'nopass' },
  },
  {
    product: 'mongodb',
    name: 'careful',
    kind: 'good',
    environment: { MONGO_VERSION: '7.0.5', PSMDB_VERSION: '7.0.5' },
    process: {
      commandLine: ['mongod', '--config', '/etc/mongod.conf', '--setParameter', 'enableLocalhostAuthBypass=false'],
    },
    files: {
      '/etc/mongod.conf':
        'security:\n  authorization: enabled\n  keyFile: /key\n  javascriptEnabled: false\nnet:\n  bindIp: 0.0.0.0\n  tls:\n    mode: requireTLS\n    disabledProtocols: TLS1_0,TLS1_1\nreplication: {replSetName: rs}\nauditLog.destination: file\nstorage: {dbPath: /data/db}\n',
      '/key': '0400 secret',
      '/data/db/': '0700',
    },
    answers: {
      'net:mongo listDatabases': 'Unauthorized/13',
      'mongo:admin.system.users count roles in (root,__system,userAdminAnyDatabase,dbOwner@admin)': 1,
    },
  },
  {
    product: 'mongodb',
    name: 'open',
    kind: 'bad',
    environment: { MONGO_VERSION: '7.0.5', PSMDB_VERSION: '7.0.5', MONGO_INITDB_ROOT_PASSWORD: 'x' },
    process: {
      uid: 0,
      literals: new Set(['MONGO_INITDB_ROOT_PASSWORD']),
      commandLine: [
        'mongod',
        '--bind_ip_all',
        '--replSet',
        'rs',
        '--tlsAllowInvalidCertificates',
        '--setParameter',
        'authenticationMechanisms=MONGODB-CR',
      ],
    },
    files: { '/data/db/': '0755' },
    answers: {
      'net:mongo listDatabases': 'answers',
      'mongo:admin.system.users count roles in (root,__system,userAdminAnyDatabase,dbOwner@admin)': 5,
    },
  },
  {
    product: 'mongodb',
    name: 'key for all',
    only: ['MG-06', 'MG-07', 'MG-13', 'MG-08', 'MG-05'],
    kind: 'bad',
    process: { uid: 0, commandLine: ['mongod', '-f', '/m.conf'] },
    environment: { MONGO_VERSION: '3.4.0' },
    files: {
      '/m.conf':
        'security:\n  keyFile: /key\n  authorization: disabled\nnet:\n  http: {enabled: true}\n  ssl: {mode: allowSSL}\n  tls: {allowInvalidCertificates: true}\n  bindIp: "::,0.0.0.0"\nstorage: {dbPath: /d}\nsetParameter: {authenticationMechanisms: "MONGODB-CR,SCRAM-SHA-1"}',
      '/key': '0644 x',
      '/d/': '0777',
    },
  },
  {
    product: 'mongodb',
    name: 'local',
    only: ['MG-08', 'MG-13', 'MG-03', 'MG-10'],
    kind: 'good',
    environment: { MONGO_VERSION: '3.4.0' },
    process: {
      commandLine: [
        'mongod',
        '--bind_ip',
        '127.0.0.1',

        '--noscripting',
        '--sslMode',
        'requireSSL',
        '--tlsDisabledProtocols',
        'TLS1_0,TLS1_1',
        '--setParameter',
        'enableLocalhostAuthBypass=false',
        '--dbpath',
        '/d',
      ],
    },
    files: { '/d/': '0700' },
  },
  {
    product: 'mongodb',
    name: 'local without login',
    only: ['MG-08'],
    kind: 'bad',
    environment: { MONGO_VERSION: '7.0.0' },
    process: {
      uid: 0,
      commandLine: [
        'mongod',
        '--bind_ip',
        '0.0.0.0',
        '--tlsAllowInvalidCertificates',
        '--setParameter',
        'authenticationMechanisms=MONGODB-CR',
      ],
    },
    files: { '/data/db/': '0777' },
  },
]
