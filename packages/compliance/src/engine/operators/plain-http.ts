// Addresses a server listens on or tells others: plain http is fine on the loopback interface only.

/** Undefined: not a list of addresses. */
export function hasNoPlainHttp(text: string): boolean | undefined {
  const addresses = text.split(/[\s,]+/).filter((one) => one !== '')
  if (addresses.some((one) => !one.includes('://'))) return undefined
  return addresses.every((one) => !/^http:\/\//i.test(one) || isLoopback(hostOf(one)))
}

function hostOf(address: string): string {
  const authority = address.slice(address.indexOf('://') + 3).split(/[/?#]/, 1)[0] ?? ''
  return authority.startsWith('[') ? authority.slice(1, authority.indexOf(']')) : (authority.split(':', 1)[0] ?? '')
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1)$/i.test(host)
}
