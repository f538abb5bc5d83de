import type { Made } from './fixture.ts'
import { loadRecorded } from './recorded.ts'

const CATALINA = 'org.apache.catalina'

export const servers: readonly Made[] = [
  {
    product: 'nginx',
    name: 'careful',
    kind: 'good',
    environment: { NGINX_VERSION: '1.25.3' },
    workers: [101],
    process: { uid: 0, commandLine: ['nginx: master process nginx -g daemon off;'] },
    files: {
      '/etc/nginx/nginx.conf':
        'user nginx;\nhttp {\n  server_tokens off; include conf.d/*.conf;\n  limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;\n  client_header_timeout 10s; client_body_timeout 10s;\n}\n',
      '/etc/nginx/conf.d/a.conf':
        'server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers HIGH:!aNULL:!MD5; ssl_certificate_key /key;\n  add_header Strict-Transport-Security "max-age=31536000" always; add_header X-Content-Type-Options nosniff; add_header Content-Security-Policy "frame-ancestors \'self\'"; limit_req zone=one;\n  location /files/ { alias /data/; }\n  location = /status { stub_status; allow 127.0.0.1; deny all; }\n  location /api { proxy_pass https://backend; proxy_ssl_verify on; }\n  return 301 https://example.com$request_uri; }',
      '/key': '0400 x',
    },
  },
  {
    product: 'nginx',
    name: 'open',
    kind: 'bad',
    environment: { NGINX_VERSION: '1.25.3' },
    workers: [0],
    process: { uid: 0, commandLine: ['nginx: master process /usr/sbin/nginx -c /n.conf'] },
    files: {
      '/n.conf':
        'error_log /dev/null;\nhttp { access_log off; client_max_body_size 0; client_header_timeout 5m; client_body_timeout 90s;\n server { listen 443 ssl; ssl_ciphers ALL:RC4-SHA; ssl_certificate_key /key; autoindex on;\n location /files { alias /data/; }\n location /s { stub_status; }\n location /p { proxy_pass https://$host/; }\n location /r { return 302 http://x$uri; } } }',
      '/key': '0644 x',
    },
  },
  {
    product: 'apache-httpd',
    name: 'careful',
    kind: 'good',
    environment: { HTTPD_VERSION: '2.4.58' },
    workers: [33],
    process: { uid: 0, commandLine: ['httpd', '-DFOREGROUND'] },
    files: {
      '/usr/local/apache2/conf/httpd.conf':
        'ServerRoot "/usr/local/apache2"\nUser www-data\nServerTokens Prod\nTraceEnable Off\nTimeout 30\nLoadModule mpm_event_module modules/mod_mpm_event.so\nCustomLog /proc/self/fd/1 common\n<Directory />\n  AllowOverride none\n  Require all denied\n</Directory>\n<Directory "/htdocs">\n  Options FollowSymLinks\n</Directory>\nInclude conf/extra/*.conf\n<Location "/server-status">\n SetHandler server-status\n Require local\n</Location>\n',
      '/usr/local/apache2/conf/extra/ssl.conf':
        '<VirtualHost *:443>\nSSLEngine on\nSSLProtocol -all +TLSv1.2 \\\n +TLSv1.3\n</VirtualHost>',
    },
  },
  {
    product: 'apache-httpd',
    name: 'open',
    kind: 'bad',
    environment: { HTTPD_VERSION: '2.4.49' },
    workers: [0],
    process: { uid: 0, commandLine: ['httpd'] },
    files: {
      '/usr/local/apache2/conf/httpd.conf':
        'ServerSignature On\nTimeout 300\nHttpProtocolOptions Unsafe\nProxyRequests On\nLoadModule info_module modules/mod_info.so\nSSLEngine on\nSSLProtocol all -SSLv3\nSSLCompression on\n<Directory />\nAllowOverride All\nRequire all granted\nOptions Indexes ExecCGI\n</Directory>\n<Location /server-info>\nSetHandler server-info\n</Location>',
    },
  },
  {
    product: 'tomcat',
    name: 'careful',
    kind: 'good',
    environment: { TOMCAT_VERSION: '9.0.85' },
    process: {
      executable: '/usr/bin/java',
      commandLine: [
        'java',
        '-Dcom.sun.management.jmxremote.port=9999',
        '-Dcom.sun.management.jmxremote.authenticate=true',
        '-Dcatalina.base=/t',
        `${CATALINA}.startup.Bootstrap`,
      ],
    },
    files: {
      '/t/conf/server.xml': `<?xml version="1.0"?><!-- <Connector protocol="AJP/1.3"/> --><Server port="-1"><Connector port="8443" SSLEnabled="true"><SSLHostConfig protocols="TLSv1.2+TLSv1.3"/></Connector><Realm className="${CATALINA}.realm.LockOutRealm"/><Host autoDeploy="false"><Valve className="${CATALINA}.valves.AccessLogValve"/><Valve className="${CATALINA}.valves.ErrorReportValve" showReport="false" showServerInfo="false"/></Host></Server>`,
      '/t/conf/web.xml':
        '<web-app><servlet><servlet-name>default</servlet-name><init-param><param-name>listings</param-name><param-value>false</param-value></init-param></servlet></web-app>',
      '/t/conf/context.xml': '<Context><Resources cachingAllowed="true"/></Context>',
      '/t/conf/tomcat-users.xml': '<tomcat-users><user username="deploy" password="k2j3h4k2j3h4"/></tomcat-users>',
      '/t/webapps/manager/META-INF/context.xml': `<Context><Valve className="${CATALINA}.valves.RemoteAddrValve" allow="127\\.\\d+\\.\\d+\\.\\d+|::1"/></Context>`,
    },
  },
  {
    product: 'tomcat',
    name: 'open',
    kind: 'bad',
    environment: { TOMCAT_VERSION: '9.0.10' },
    process: {
      uid: 0,
      executable: '/usr/bin/java',
      commandLine: [
        'java',
        '-agentlib:jdwp=transport=dt_socket,address=8000',
        '-Dcom.sun.management.jmxremote.port=9999',
        '-Dcom.sun.management.jmxremote.authenticate=false',
        '-Dcatalina.base=/t',
        `${CATALINA}.startup.Bootstrap`,
      ],
    },
    files: {
      '/t/conf/server.xml':
        '<Server port="8005"><Connector protocol="AJP/1.3"/><Connector SSLEnabled="true" allowTrace="true" maxPostSize="-1"/><Host/></Server>',
      '/t/conf/web.xml':
        '<web-app><servlet><servlet-name>default</servlet-name><init-param><param-name>listings</param-name><param-value>true</param-value></init-param><init-param><param-name>readonly</param-name><param-value>false</param-value></init-param></servlet></web-app>',
      '/t/conf/context.xml': '<Context privileged="true"/>',
      '/t/conf/tomcat-users.xml':
        '<tomcat-users><user username="admin" password="s3cret" roles="manager-gui"/></tomcat-users>',
      '/t/webapps/manager/META-INF/context.xml': '<Context/>',
      '/t/webapps/examples/': '0755',
    },
  },
  {
    product: 'kafka',
    name: 'careful',
    kind: 'good',
    process: {
      executable: '/usr/bin/java',
      commandLine: [
        'java',
        '-Dcom.sun.management.jmxremote.port=1',
        '-Dcom.sun.management.jmxremote.authenticate=true',
        '-Dorg.apache.kafka.disallowed.login.modules=com.sun.security.auth.module.JndiLoginModule',
        '-cp',
        '/opt/kafka/libs/kafka_2.13-3.6.1.jar',
        'kafka.Kafka',
        '/k.properties',
      ],
    },
    files: {
      '/k.properties':
        'process.roles=broker,controller\nlisteners=CLIENT://:9093,\\\n  CONTROLLER://:9094\nlistener.security.protocol.map=CLIENT:SASL_SSL,CONTROLLER:SSL\ncontroller.listener.names=CONTROLLER\ninter.broker.listener.name=CLIENT\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nssl.client.auth=required\nauto.create.topics.enable=false\nsuper.users=User:admin\n',
    },
    answers: { 'net:kafka metadata': 'sasl-required' },
  },
  {
    product: 'kafka',
    name: 'with ZooKeeper and Connect',
    kind: 'good',
    only: ['KF-07', 'KF-13', 'KF-15'],
    process: { commandLine: ['java', 'org.apache.kafka.connect.cli.ConnectDistributed', '/k.properties'] },
    files: {
      '/k.properties':
        'listeners=SASL_PLAINTEXT://:9092\nzookeeper.set.acl=true\nsasl.enabled.mechanisms=SCRAM-SHA-512\nconnector.client.config.override.policy = None',
    },
  },
  {
    product: 'kafka',
    name: 'open',
    kind: 'bad',
    environment: { KAFKA_VERSION: '3.1.0', JMX_PORT: '9999' },
    process: {
      commandLine: [
        'java',
        '-Dcom.sun.management.jmxremote.authenticate=false',
        'org.apache.kafka.connect.cli.ConnectDistributed',
        '/k.properties',
      ],
    },
    files: {
      '/k.properties':
        'listeners=PLAINTEXT://:9092,SSL://:9093\nallow.everyone.if.no.acl.found=true\nsasl.enabled.mechanisms=PLAIN\nssl.endpoint.identification.algorithm=\nssl.enabled.protocols=TLSv1,TLSv1.2\nsuper.users=User:ANONYMOUS\n',
    },
    answers: { 'net:kafka metadata': 'answers' },
  },
  {
    product: 'kafka',
    name: 'open controller',
    kind: 'bad',
    only: ['KF-06'],
    process: { commandLine: ['java', 'kafka.Kafka', '/k.properties'] },
    files: {
      '/k.properties': 'process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n',
    },
  },
  {
    product: 'rabbitmq',
    name: 'careful',
    kind: 'good',
    environment: { RABBITMQ_VERSION: '4.0.2', RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-proto_dist inet_tls' },
    files: {
      '/etc/rabbitmq/rabbitmq.conf':
        'listeners.tcp = none\nlisteners.ssl.default = 5671\nssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\nssl_options.versions.1 = tlsv1.2\nmanagement.tcp.ip = 127.0.0.1\nanonymous_login_user = none\ncluster_formation.peer_discovery_backend = dns\n',
      '/etc/rabbitmq/enabled_plugins': '[rabbitmq_management].',
      '/var/lib/rabbitmq/.erlang.cookie': '0400 ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    },
    answers: {
      ...loadRecorded('RQ', { 10: 1, 11: '^app- ^app- ^app-' }),
      'net:amqp guest': '403',
      'net:tcp/25672': 'closed',
      'net:tcp/4369': 'closed',
    },
  },
  {
    product: 'rabbitmq',
    name: 'open',
    kind: 'bad',
    environment: { RABBITMQ_VERSION: '4.0.2', RABBITMQ_DEFAULT_PASS: 'x' },
    process: { literals: new Set(['RABBITMQ_DEFAULT_PASS']) },
    files: {
      '/etc/rabbitmq/rabbitmq.conf':
        'loopback_users.guest = true\nlisteners.ssl.default = 5671\nssl_options.versions.1 = tlsv1.1\npassword_hashing_module = rabbit_password_hashing_md5\nlog.connection.level = error\ncluster_formation.x = y\n',
      '/etc/rabbitmq/conf.d/10.conf': 'loopback_users.guest = false\n',
      '/etc/rabbitmq/enabled_plugins': '[rabbitmq_management].',
      '/var/lib/rabbitmq/.erlang.cookie': '0644 short',
    },
    answers: {
      ...loadRecorded('RQ', { 10: 4, 11: '.* .* .*' }),
      'net:amqp guest': 'accepted',
      'net:tcp/25672': 'open',
      'net:tcp/4369': 'open',
    },
  },
  {
    product: 'elasticsearch',
    name: 'careful',
    kind: 'good',
    process: {
      executable: '/jdk/bin/java',
      commandLine: [
        'java',
        '-Des.path.home=/es',
        '-cp',
        '/es/lib/elasticsearch-8.12.0.jar',
        'org.elasticsearch.bootstrap.Elasticsearch',
      ],
    },
    files: {
      '/es/config/elasticsearch.yml':
        'xpack.security:\n  enabled: true\n  http.ssl.enabled: true\n  transport.ssl: {enabled: true, verification_mode: full}\n  audit.enabled: true\nscript.allowed_types: stored\n',
    },
    answers: { 'net:http GET /_cat/indices status': 401 },
  },
  {
    product: 'elasticsearch',
    name: 'open',
    kind: 'bad',
    environment: { ELASTIC_PASSWORD: 'x' },
    process: {
      uid: 0,
      literals: new Set(['ELASTIC_PASSWORD']),
      commandLine: [
        'java',
        '-Des.path.home=/es',
        '-cp',
        '/es/lib/elasticsearch-7.10.2.jar',
        'org.elasticsearch.bootstrap.Elasticsearch',
        '-Ehttp.cors.allow-origin=*',
      ],
    },
    files: {
      '/es/config/elasticsearch.yml':
        'xpack.security.transport.ssl.enabled: true\nxpack.security.transport.ssl.verification_mode: none\nxpack.security.authc.anonymous.roles: [monitor]\npath.repo: ["/"]\nreindex.remote.whitelist: ["*:9200"]\nxpack.security.http.ssl.supported_protocols: [TLSv1.2, TLSv1.1]\n',
    },
    answers: { 'net:http GET /_cat/indices status': 200 },
  },
  {
    product: 'elasticsearch',
    name: 'OpenSearch',
    kind: 'good',
    only: ['ES-02', 'ES-03', 'ES-04', 'ES-06', 'ES-07', 'ES-13'],
    process: { commandLine: ['java', '-Dopensearch.path.home=/os', 'org.opensearch.bootstrap.OpenSearch'] },
    files: {
      '/os/config/opensearch.yml':
        'plugins.security.ssl.http.enabled: true\nplugins.security.authcz.admin_dn: ["CN=admin"]\nplugins.security.audit.type: internal_opensearch',
    },
  },
  {
    product: 'elasticsearch',
    name: 'OpenSearch demo',
    kind: 'bad',
    only: ['ES-02', 'ES-03', 'ES-04', 'ES-06', 'ES-07', 'ES-13'],
    environment: { DISABLE_SECURITY_PLUGIN: 'true' },
    process: { commandLine: ['java', '-Dopensearch.path.home=/os', 'org.opensearch.bootstrap.OpenSearch'] },
    files: {
      '/os/config/opensearch.yml':
        'plugins.security.authcz.admin_dn: ["CN=*"]\nplugins.security.ssl.transport.enforce_hostname_verification: false',
      '/os/config/kirk.pem': 'x',
    },
  },
  {
    product: 'etcd',
    name: 'careful',
    kind: 'good',
    environment: { ETCD_DATA_DIR: '/d', ETCD_TRUSTED_CA_FILE: '/pki/etcd.crt' },
    process: {
      commandLine: [
        'etcd',
        '--client-cert-auth',
        '--cert-file=/c',
        '--key-file',
        '/k',
        '--peer-client-cert-auth=true',
        '--peer-cert-file=/c',
        '--peer-key-file=/k',
        '--initial-cluster=a=https://a:2380,b=https://b:2380',
        '--listen-client-urls=https://0.0.0.0:2379',
        '--advertise-client-urls=https://a:2379',
        '--listen-metrics-urls=http://127.0.0.1:2381',
      ],
    },
    files: { '/d/': '0700', '/k': '0600 x', '/pki/etcd.crt': 'one', '/etc/kubernetes/pki/ca.crt': 'two' },
    answers: { 'net:http POST /v3/kv/range status': 401 },
  },
  {
    product: 'etcd',
    name: 'with roles',
    kind: 'good',
    only: ['ET-14', 'ET-04'],
    process: { commandLine: ['etcd', '--config-file', '/e.yml'] },
    files: { '/e.yml': 'client-transport-security:\n  auto-tls: false\n' },
    answers: { 'http:/v3/auth/status': true },
  },
  {
    product: 'etcd',
    name: 'open',
    kind: 'bad',
    process: {
      commandLine: [
        'etcd',
        '--data-dir',
        '/d',
        '--cert-file=/c',
        '--key-file=/k',
        '--auto-tls',
        '--peer-auto-tls',
        '--initial-cluster=a=http://a:2380,b=http://b:2380',
        '--listen-client-urls=http://0.0.0.0:2379',
        '--listen-metrics-urls=http://0.0.0.0:2381',
        '--enable-pprof',
        '--tls-min-version=TLS1.0',
        '--trusted-ca-file=/etc/kubernetes/pki/ca.crt',
      ],
    },
    only: [
      'ET-01',
      'ET-02',
      'ET-04',
      'ET-05',
      'ET-06',
      'ET-07',
      'ET-08',
      'ET-09',
      'ET-10',
      'ET-11',
      'ET-12',
      'ET-13',
      'ET-15',
    ],
    files: { '/d/': '0755', '/k': '0644 x', '/etc/kubernetes/pki/ca.crt': 'one' },
    answers: { 'net:http POST /v3/kv/range status': 200 },
  },
  {
    product: 'etcd',
    name: 'plain',
    kind: 'bad',
    only: ['ET-02', 'ET-03', 'ET-14'],
    process: { commandLine: ['etcd'] },
    files: {},
    answers: { 'http:/v3/auth/status': false },
  },
]
