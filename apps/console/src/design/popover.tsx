// A small panel under a button. Escape or a click outside closes it and gives the focus back.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

interface PopoverProps {
  readonly trigger: ReactNode
  readonly label: string
  readonly triggerClass: string
  readonly children: (close: () => void) => ReactNode
  readonly align?: 'start' | 'end'
  readonly side?: 'below' | 'above'
  readonly rootClass?: string
  /** The trigger has words of its own. */
  readonly nameFromContent?: boolean
}

export function Popover(props: PopoverProps) {
  const { trigger, label, triggerClass, children, align = 'end', side = 'below' } = props
  const [open, setOpen] = useState(false)
  const id = useId()
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    if (!open) return
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('keydown', onEscape, true)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('keydown', onEscape, true)
    }
  }, [open])

  return (
    <div ref={root} className={`relative ${props.rootClass ?? ''}`}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={props.nameFromContent ? undefined : label}
        title={label}
        className={triggerClass}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </button>
      {open ? (
        <section
          id={id}
          aria-label={label}
          className={`absolute z-40 max-h-[70dvh] min-w-52 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-float ${align === 'end' ? 'right-0' : 'left-0'} ${side === 'below' ? 'top-full mt-1' : 'bottom-full mb-1'}`}
        >
          {children(() => setOpen(false))}
        </section>
      ) : null}
    </div>
  )
}

export const popoverItemClass =
  'flex h-8 w-full items-center gap-2 rounded px-2 text-left text-sm whitespace-nowrap hover:bg-hover'
