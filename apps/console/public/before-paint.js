// Theme and language before the first paint, so that nothing flashes. A file of its own because inline scripts are forbidden.
;(() => {
  let stored = {}
  try {
    stored = JSON.parse(localStorage.getItem('yagura.preferences') || '{}') || {}
  } catch {}
  const root = document.documentElement
  const dark =
    stored.theme === 'dark' || (stored.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  if (stored.language === 'ja' || stored.language === 'zh' || stored.language === 'en') root.lang = stored.language
})()
