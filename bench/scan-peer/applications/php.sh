# Composer itself resolves and installs what Debian packages of PHP hold.
out=/out/srv/php
mkdir -p "$out"
cd "$out"
php <<'PHP'
<?php
$repositories = [["packagist" => false]];
$require = [];
foreach (["Symfony/Component/Yaml", "Symfony/Component/Process", "Symfony/Component/Console", "Symfony/Component/String", "Psr/Log", "Psr/Container", "Monolog", "Twig"] as $folder) {
  $file = "/usr/share/php/$folder/composer.json";
  $known = is_file($file) ? json_decode(file_get_contents($file), true) : null;
  $name = $known["name"] ?? ["Psr/Log" => "psr/log", "Psr/Container" => "psr/container", "Monolog" => "monolog/monolog", "Twig" => "twig/twig"][$folder] ?? "symfony/" . strtolower(basename($folder));
  $package = "php-" . str_replace(["symfony/", "/"], ["symfony-", "-"], $name);
  foreach ([$package, "php-" . basename($name)] as $candidate) {
    $version = trim((string) shell_exec("dpkg-query -W -f '\${Version}' $candidate 2>/dev/null"));
    if ($version !== "") break;
  }
  if ($version === "" || !is_dir("/usr/share/php/$folder")) continue;
  $version = preg_replace(["/^\d+:/", "/-[^-]*$/", "/[+~].*$/"], "", $version);
  $archive = "/build/php/" . str_replace("/", "-", $name) . ".tar";
  @mkdir("/build/php");
  shell_exec("tar -chf $archive -C " . dirname("/usr/share/php/$folder") . " " . basename($folder));
  $package = ["name" => $name, "version" => $version, "license" => "MIT", "dist" => ["type" => "tar", "url" => $archive]];
  $repositories[] = ["type" => "package", "package" => $package];
  $require[$name] = $version;
}
file_put_contents("composer.json", json_encode(["name" => "example/app", "repositories" => $repositories, "require" => $require], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
PHP
HOME=/build COMPOSER_ALLOW_SUPERUSER=1 composer install --no-interaction --no-plugins --quiet
