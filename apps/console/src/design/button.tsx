// Buttons. `quiet` for toolbars, `plain` for ordinary ones, `solid` for the one main action of a view, `danger` for what destroys.
import type { ButtonHTMLAttributes, ReactNode } from 'react'

type Look = 'quiet' | 'plain' | 'solid' | 'danger'

const LOOKS: Record<Look, string> = {
  quiet: 'text-soft hover:bg-hover hover:text-text',
  plain: 'border bg-surface text-text hover:bg-hover hover:border-line-strong',
  solid: 'bg-accent-solid text-on-accent hover:bg-accent-solid-hover',
  danger: 'border border-bad/40 text-bad bg-surface hover:bg-bad-soft',
}

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-sm font-medium whitespace-nowrap transition-colors duration-100 disabled:opacity-50'

export function buttonClass(look: Look = 'plain', square = false): string {
  return `${BASE} ${LOOKS[look]} ${square ? 'size-8' : 'h-8 px-3'}`
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look
}

export function Button({ look = 'plain', className = '', type = 'button', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={`${buttonClass(look)} ${className}`} />
}

interface IconButtonProps extends Omit<ButtonProps, 'aria-label' | 'children'> {
  readonly label: string
  readonly icon: ReactNode
}

/** A button with a picture only; its name is read aloud and shown on hover. */
export function IconButton({ label, icon, look = 'quiet', className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={`${buttonClass(look, true)} ${className}`}
    >
      {icon}
    </button>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-2xs text-soft">
      {children}
    </kbd>
  )
}
