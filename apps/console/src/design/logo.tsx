// The mark: a watchtower.
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="7" fill="var(--accent-solid)" />
      <g fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6 11.5 16 6l10 5.5" />
        <path d="M10 11.5v5.5h12v-5.5" />
        <path d="M11 17 9 26M21 17l2 9M9.8 22h12.4" />
      </g>
    </svg>
  )
}
