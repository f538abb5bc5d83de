// A path inside an image as a relative reference (RFC 3986, section 4.2): percent-encoded, without the slash in front.

export function pathReference(path: string): string {
  return path.toWellFormed().replace(/^\/+/, '').split('/').map(encodeURIComponent).join('/')
}
