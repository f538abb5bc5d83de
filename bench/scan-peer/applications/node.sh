# Well-known packages by npm, with a lock file, scopes, an alias, and versions that advisories speak of. Runs on the host, in an empty folder.
cat >package.json <<'JSON'
{
  "name": "shop",
  "version": "1.0.0",
  "private": true,
  "dependencies": {
    "express": "4.17.1",
    "lodash": "4.17.20",
    "minimist": "1.2.5",
    "@babel/core": "7.20.12",
    "react": "18.2.0",
    "webpack": "5.75.0",
    "ws": "8.11.0",
    "semver-old": "npm:semver@5.7.1"
  },
  "devDependencies": {
    "mocha": "10.2.0"
  }
}
JSON
npm install --ignore-scripts --no-audit --no-fund
