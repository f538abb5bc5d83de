// Names that strangers could give to things.

/** Sets a mark on the page when any of it is run. */
export const HOSTILE_NAME = '<img src=x onerror=globalThis.wasRun=1>'
export const HOSTILE_SUMMARY = '"><script>globalThis.wasRun=1</script> {{constructor}} =cmd|calc'
/** Reads as "gpj.exe" to the eye when the override is obeyed. */
export const REVERSED_NAME = 'invoice\u202egpj.exe'
export const LONG_NAME = `long-${'x'.repeat(480)}`
