// Generated from the folders of src/sources by scripts/generate.ts; do not edit.
import { feed as csaf } from '../src/sources/csaf/index.ts'
import { feed as endOfLife } from '../src/sources/end-of-life/index.ts'
import { feed as epss } from '../src/sources/epss/index.ts'
import { feed as kev } from '../src/sources/kev/index.ts'
import { feed as openvex } from '../src/sources/openvex/index.ts'
import { feed as osv } from '../src/sources/osv/index.ts'
import { feed as vulnrichment } from '../src/sources/vulnrichment/index.ts'

export const feeds = [csaf, endOfLife, epss, kev, openvex, osv, vulnrichment] as const
