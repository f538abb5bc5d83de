// Build of the console: hashed assets in dist/, nothing inline, so that the server's content security policy can forbid inline code.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { '/api': process.env.YAGURA_URL ?? 'http://127.0.0.1:7440' },
  },
})
