// Which files are searched for secrets. Left aside is what distributions and package managers bring in bulk and nobody writes a
// secret into: manuals, translations, time zones, Perl's own modules, lists of hardware, and the tests and examples that packages carry.

const LEFT_ASIDE =
  /^(?:proc|sys|dev)\/|^usr\/(?:share\/(?:doc|man|info|locale|i18n|zoneinfo|licenses|common-licenses|terminfo|fonts|icons|mime|perl|perl5|bash-completion|ca-certificates|vim|emacs|help)|include|lib(?:64|\/[^/]+-linux-[^/]+)?\/perl(?:-base|5)?|lib\/(?:locale|modules|udev\/hwdb\.d|systemd\/catalog|python3[.\d]*\/(?:test|lib2to3|idlelib|encodings|unittest)))\/|^etc\/ssl\/certs\/|^var\/lib\/(?:dpkg\/info|apt\/lists|rpm|apk)\//

/** Tests and examples of packages that were installed from somewhere. */
const PACKAGE_FIXTURES =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor)\/.*\/(?:tests?|__tests__|fixtures?|testdata|examples?|docs?|spec)\/|(?:^|\/)(?:node_modules|site-packages|dist-packages)\/.*(?:\.(?:md|rst|map|d\.ts|d\.mts)|\/(?:PKG-INFO|METADATA))$/

/** By their names: they hold no text. */
const NO_TEXT =
  /\.(?:so(?:\.[\d.]+)?|[oa]|pyc|pyo|class|jar|war|gz|xz|bz2|zst|zip|png|jpe?g|gif|webp|ico|woff2?|ttf|otf|mo|gmo|deb|rpm|apk|whl|wasm|node|dll|exe|db|sqlite3?|mp[34]|pdf|ko)$/i

export function isSearched(path: string): boolean {
  return !NO_TEXT.test(path) && !LEFT_ASIDE.test(path) && !PACKAGE_FIXTURES.test(path)
}
