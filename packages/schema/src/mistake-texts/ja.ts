// Mistakes of images in Japanese: what is wrong, and what to do.
import type { MistakeTexts } from './index.ts'

export const ja: MistakeTexts = {
  'root-user': ['root で動作する', 'Dockerfile の最後に USER で 0 以外の番号を指定してください。'],
  'named-user': [
    'ユーザーが名前で指定されている',
    'root でないことをオーケストレーターが判断できるよう、番号で指定してください。',
  ],
  'root-group': ['root グループで動作する', 'ユーザー専用のグループを割り当ててください。'],
  'secret-variable': ['環境変数に秘密情報がある', 'イメージから取り除き、コンテナーの起動時に渡してください。'],
  'secret-label': ['ラベルに秘密情報がある', 'ラベルを削除してください。イメージを参照できる人は誰でも読めます。'],
  'library-preload': [
    'すべてのプログラムに読み込まれるライブラリー',
    'LD_PRELOAD と LD_LIBRARY_PATH は、必要なプログラムにだけ設定してください。',
  ],
  'relative-path-variable': [
    'PATH に相対ディレクトリーがある',
    'PATH には絶対パスのディレクトリーだけを入れてください。',
  ],
  'world-writable-path-variable': [
    'PATH に誰でも書き込めるディレクトリーがある',
    '一時ディレクトリーを PATH から外してください。',
  ],
  'verification-off': ['証明書が検証されない', '変数を削除し、足りない認証局をイメージに追加してください。'],
  'debug-mode': ['デバッグモードが有効', 'イメージではなく、必要な場所で有効にしてください。'],
  'proxy-password': [
    'プロキシーのパスワードがある',
    'プロキシーは、痕跡の残らない定義済みのビルド引数で渡してください。',
  ],
  'no-health-check': [
    'ヘルスチェックがない',
    'HEALTHCHECK を追加するか、オーケストレーターがコンテナーを監視することを確かめてください。',
  ],
  'exposed-ssh': ['SSH を公開している', 'コンテナーに入るときはオーケストレーターの機能を使ってください。'],
  'exposed-docker': [
    'Docker エンジンを公開している',
    'このポートに届く人はホストを支配できます。公開しないでください。',
  ],
  'exposed-plain-protocol': [
    '暗号化されないプロトコルを公開している',
    'telnet、FTP、TFTP、r 系コマンドの代わりに SSH か HTTPS を使ってください。',
  ],
  'exposed-debugger': ['デバッガーを公開している', '本番用のイメージにデバッガーを入れないでください。'],
  'exposed-desktop': ['リモートデスクトップを公開している', 'リモートデスクトップをイメージに入れないでください。'],
  'too-many-ports': ['公開するポートが多い', 'イメージの一つのサービスに必要なポートだけを公開してください。'],
  'docker-socket-volume': [
    'コンテナーエンジンのソケットを要求している',
    '使わないでください。ソケットを持つ人はホストを支配できます。',
  ],
  'system-volume': [
    'システムのディレクトリーがボリュームになっている',
    'アプリケーションのディレクトリーをボリュームにしてください。',
  ],
  'relative-working-directory': ['作業ディレクトリーが相対パス', 'WORKDIR には絶対パスを指定してください。'],
  'system-working-directory': [
    'システムのディレクトリーが作業ディレクトリー',
    'アプリケーション専用のディレクトリーを用意してください。',
  ],
  'shell-form': [
    'シェルを介して起動する',
    'シグナルがプログラムに届くよう、ENTRYPOINT と CMD をリスト形式で書いてください。',
  ],
  'starts-ssh-server': [
    'SSH サーバーを起動する',
    'アプリケーションだけを起動し、コンテナーに入るときはオーケストレーターの機能を使ってください。',
  ],
  'no-command': ['起動するものがない', 'ベース専用のイメージでなければ、ENTRYPOINT か CMD を設定してください。'],
  'latest-tag': ['動くタグ', 'イメージはバージョン、できればダイジェストで指定してください。'],
  'build-triggers': [
    'ほかのビルドで動くトリガー',
    '必要とする Dockerfile に手順を書いてください。ONBUILD は見えないところで動きます。',
  ],
  'no-source-label': ['出どころが分からない', 'ラベル org.opencontainers.image.source を設定してください。'],
  'too-many-layers': ['レイヤーが多い', '関連する手順を一つにまとめてください。'],
  'impossible-date': ['作成日がない', 'ビルドがコミットの日付を設定するようにしてください。'],
  'remote-add': [
    'ADD で URL を取得している',
    'チェックサムを付けて取得してください（ADD --checksum、または curl と sha256sum）。',
  ],
  'pipe-to-shell': [
    '取得してそのまま実行している',
    'いったんファイルに保存し、チェックサムか署名を確かめてから実行してください。',
  ],
  'insecure-download': ['証明書を検証せずに取得している', 'オプションを外し、足りない認証局を追加してください。'],
  'plain-download': ['暗号化されない HTTP で取得している', 'https を使ってください。'],
  'unauthenticated-packages': [
    '署名を検証しないパッケージ',
    'オプションの代わりに、リポジトリーの鍵を取り込んでください。',
  ],
  'apt-cache-kept': ['apt の一覧がレイヤーに残る', '同じ手順の最後で rm -rf /var/lib/apt/lists/* を実行してください。'],
  'apt-recommends': ['推奨パッケージも入る', '--no-install-recommends を付けてインストールしてください。'],
  'apk-cache-kept': ['apk の索引がレイヤーに残る', 'apk add --no-cache でインストールしてください。'],
  'rpm-cache-kept': [
    'dnf または yum のキャッシュがレイヤーに残る',
    '同じ手順の最後で dnf clean all を実行してください。',
  ],
  'pip-cache-kept': ['pip のキャッシュがレイヤーに残る', 'pip install --no-cache-dir でインストールしてください。'],
  'whole-upgrade': ['すべてを更新している', '同じソースから同じ結果になるよう、新しいベースイメージを使ってください。'],
  'chmod-everybody': [
    'chmod 777 を使っている',
    'ファイルはアプリケーションのユーザーに渡し（COPY --chown）、ほかの人に権限を与えないでください。',
  ],
  'sudo-in-build': ['ビルドで sudo を使っている', 'USER より前で実行してください。そうすれば sudo は要りません。'],
  'secret-build-argument': [
    'ビルド引数に秘密情報がある',
    'RUN --mount=type=secret を使ってください。引数は履歴に残ります。',
  ],
  'password-in-command': [
    'コマンドにパスワードがある',
    'パスワードはコンテナーの起動時に、秘密情報から設定してください。',
  ],
  'host-check-off': ['SSH がホストを確かめない', 'ホストの鍵を known_hosts に入れてください。'],
  'maintainer-step': ['MAINTAINER は非推奨', 'LABEL org.opencontainers.image.authors を使ってください。'],
  'moving-source': ['変わりうるソース', 'ブランチではなく、バージョンかコミットを指定してください。'],
  'service-manager': ['サービスマネージャーで起動している', '一つのコンテナーでは一つのプログラムを起動してください。'],
  'setuid-added': [
    'setuid または setgid を設定している',
    'やめるか、必要なケーパビリティーだけをプログラムに与えてください。',
  ],
  'setuid-file': ['setuid プログラム', '不要なものを削除するか、ビットを外してください（chmod u-s）。'],
  'setgid-file': ['setgid プログラム', '不要なものを削除するか、ビットを外してください（chmod g-s）。'],
  'file-capabilities': [
    'ケーパビリティーを持つプログラム',
    '取り外し（setcap -r）、必要なものだけをコンテナーに与えてください。',
  ],
  'world-writable-directory': [
    'スティッキービットがなく、誰でも書き込めるディレクトリー',
    '権限を外すか（chmod o-w）、スティッキービットを立ててください（chmod +t）。',
  ],
  'world-writable-file': ['誰でも書き込めるファイル', '権限を外してください（chmod o-w）。'],
  'writable-system-file': ['root 以外が変更できるシステムファイル', 'パッケージの権限に戻してください（0644）。'],
  'readable-shadow': ['誰でも読めるパスワードハッシュ', '権限を戻してください（chmod 0640 /etc/shadow）。'],
  'readable-private-key': [
    '誰でも読める鍵ファイル',
    '鍵をイメージに入れないか、読める人を制限してください（chmod 0600）。',
  ],
  sudo: ['sudo がある', '入れないでください。コンテナーは必要なユーザーで起動すべきです。'],
  'ssh-server': ['SSH サーバーがある', '入れずに、コンテナーに入るときはオーケストレーターの機能を使ってください。'],
  'ssh-host-key': [
    'SSH のホスト鍵がある',
    'コンテナーの起動時に作ってください。このイメージのすべてのコンテナーが同じ鍵を使います。',
  ],
  'authorized-keys': ['アカウントに入れる鍵がある', 'authorized_keys をイメージに入れないでください。'],
  'git-directory': ['ソースの履歴がある', '.git を .dockerignore に入れてください。過去のソースがすべて含まれます。'],
  'environment-file': [
    '環境ファイルがある',
    '.env を .dockerignore に入れ、設定はコンテナーの起動時に渡してください。',
  ],
  'build-files': ['ビルド用のファイルがある', '.dockerignore に入れてください。'],
  'shell-history': ['シェルの履歴がある', '作られた手順の中で削除してください。入力した内容が残っています。'],
  'core-dump': ['コアダンプがある', '削除してください。プログラムのメモリーが含まれます。'],
  compiler: ['コンパイラーがある', '別のステージでビルドし、結果だけをコピーしてください。'],
  'debug-tool': [
    '攻撃者やデバッグの道具がある',
    '入れないでください。必要なときはデバッグ用コンテナーで持ち込めます。',
  ],
  'package-cache': ['パッケージマネージャーのキャッシュがある', '作られた手順の中で消してください。'],
  'container-socket': ['コンテナーエンジンのソケットがある', '入れないでください。持つ人はホストを支配できます。'],
  'device-file': [
    'メモリーやディスクのデバイスがある',
    'デバイスを削除してください。必要なものはランタイムが作ります。',
  ],
  'empty-password': ['パスワードのないアカウント', 'ロックするか（passwd -l）、パスワードを設定してください。'],
  'weak-password-hash': [
    '弱いハッシュのパスワード',
    'パスワードをイメージに入れないでください。少なくとも yescrypt か SHA-512 を使ってください。',
  ],
  'password-in-passwd': [
    '/etc/passwd にパスワード欄がある',
    '欄に x または * を書き、/etc/shadow でアカウントをロックしてください。',
  ],
  'second-root': ['番号 0 の別のアカウント', '固有の番号を与えてください。名前の違う root です。'],
  'sudo-without-password': ['パスワードなしの sudo', 'NOPASSWD を外すか、sudo を入れないでください。'],
  'ssh-root-login': ['SSH で root が入れる', 'PermitRootLogin no を設定してください。'],
  'ssh-password-login': [
    'SSH がパスワードを認める',
    'PasswordAuthentication と PermitEmptyPasswords を no にしてください。',
  ],
  'cron-job': [
    'cron のジョブがある',
    'ジョブはオーケストレーターで起動してください。コンテナーの中の失敗は誰にも見えません。',
  ],
  'preloaded-library': [
    '/etc/ld.so.preload ですべてのプログラムに読み込まれるライブラリー',
    'ファイルを削除してください。マルウェアはこの方法で隠れます。',
  ],
  'insecure-repository': ['署名のないリポジトリー', '鍵を取り込み、オプションを外してください。'],
  'moving-repository': ['動くブランチのリポジトリー', '一つのリリースのリポジトリーを使ってください。'],
}
