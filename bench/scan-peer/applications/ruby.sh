# Gems as `gem install` lays them out, and a lock file made by Bundler of what is installed.
out=/out/srv/ruby
version=$(ruby -e 'print RbConfig::CONFIG["ruby_version"]')
gems="$out/vendor/bundle/ruby/$version"
mkdir -p "$gems/specifications" "$gems/gems"
for folder in "/usr/share/rubygems-integration/all" "/usr/share/rubygems-integration/$version"; do
  [ ! -d "$folder/specifications" ] || cp -L "$folder"/specifications/*.gemspec "$gems/specifications/"
  [ ! -d "$folder/gems" ] || cp -rL "$folder/gems/." "$gems/gems/"
done
mkdir -p "$out/app"
cd "$out/app"
printf 'source "https://example.org"\n' >Gemfile
for gem in rack nokogiri sinatra rexml; do
  [ -z "$(ls "$gems/specifications/$gem"-*.gemspec 2>/dev/null)" ] || echo "gem '$gem'" >>Gemfile
done
HOME=/build bundle lock --local
