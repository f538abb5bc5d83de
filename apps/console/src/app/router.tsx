// All addresses of the console. Pages are chunks of their own; the shell loads first.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { NotFoundPage } from './not-found.tsx'
import { parseSearch, pick, printSearch } from './search.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['next']),
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const shell = createRoute({ getParentRoute: () => root, id: 'app', component: Shell })

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
})

const incidents = createRoute({
  getParentRoute: () => shell,
  path: '/incidents',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['state', 'filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
})

const signals = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/signals',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/incidents/signals-page.tsx'), 'SignalsPage'),
})

const actions = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/actions',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/incidents/actions-page.tsx'), 'ActionsPage'),
})

const incident = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/$id',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['tab', 'panel']),
  component: lazyRouteComponent(() => import('../pages/incidents/incident-page.tsx'), 'IncidentPage'),
})

const assets = createRoute({
  getParentRoute: () => shell,
  path: '/assets',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['view', 'filter', 'sort', 'panel', 'open']),
  component: lazyRouteComponent(() => import('../pages/assets/assets-page.tsx'), 'AssetsPage'),
})

const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['tab', 'filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/assets/asset-page.tsx'), 'AssetPage'),
})

const imageDiff = createRoute({
  getParentRoute: () => shell,
  path: '/images/$id/diff/$other',
  component: lazyRouteComponent(() => import('../pages/images/image-diff-page.tsx'), 'ImageDiffPage'),
})

const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/findings/findings-page.tsx'), 'FindingsPage'),
})

const finding = createRoute({
  getParentRoute: () => shell,
  path: '/findings/$id',
  component: lazyRouteComponent(() => import('../pages/findings/finding-page.tsx'), 'FindingPage'),
})

const compliance = createRoute({
  getParentRoute: () => shell,
  path: '/compliance',
  component: lazyRouteComponent(() => import('../pages/compliance/compliance-page.tsx'), 'CompliancePage'),
})

const complianceResults = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/results',
  validateSearch: (search: Record<string, unknown>) =>
    pick(search, ['filter', 'sort', 'panel', 'framework', 'section', 'asset']),
  component: lazyRouteComponent(() => import('../pages/compliance/results-page.tsx'), 'ResultsPage'),
})

const complianceResult = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/results/$id',
  component: lazyRouteComponent(() => import('../pages/compliance/result-page.tsx'), 'ResultPage'),
})

const complianceMatrix = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/matrix',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['framework', 'target']),
  component: lazyRouteComponent(() => import('../pages/compliance/matrix-page.tsx'), 'MatrixPage'),
})

const complianceDrift = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/drift',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/compliance/drift-page.tsx'), 'DriftPage'),
})

const baselines = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/baselines',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel']),
  component: lazyRouteComponent(() => import('../pages/compliance/baselines-page.tsx'), 'BaselinesPage'),
})

const baseline = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/baselines/$id',
  component: lazyRouteComponent(() => import('../pages/compliance/baseline-page.tsx'), 'BaselinePage'),
})

const proposal = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/proposal',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['name', 'target']),
  component: lazyRouteComponent(() => import('../pages/compliance/proposal-page.tsx'), 'ProposalPage'),
})

const complianceReport = createRoute({
  getParentRoute: () => shell,
  path: '/compliance/report',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['framework']),
  component: lazyRouteComponent(() => import('../pages/compliance/report-page.tsx'), 'ReportPage'),
})

const packages = createRoute({
  getParentRoute: () => shell,
  path: '/packages',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel', 'name', 'below']),
  component: lazyRouteComponent(() => import('../pages/packages/packages-page.tsx'), 'PackagesPage'),
})

const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  validateSearch: (search: Record<string, unknown>) =>
    pick(search, ['filter', 'panel', 'range', 'from', 'to', 'asset']),
  component: lazyRouteComponent(() => import('../pages/events/events-page.tsx'), 'EventsPage'),
})

const coverage = createRoute({
  getParentRoute: () => shell,
  path: '/coverage',
  beforeLoad: () => {
    throw redirect({ to: '/coverage/$tab', params: { tab: 'agents' }, replace: true })
  },
})

const coverageTab = createRoute({
  getParentRoute: () => shell,
  path: '/coverage/$tab',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort', 'panel', 'state']),
  component: lazyRouteComponent(() => import('../pages/coverage/coverage-page.tsx'), 'CoveragePage'),
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$tab', params: { tab: 'enrol' }, replace: true })
  },
})

const settingsTab = createRoute({
  getParentRoute: () => shell,
  path: '/settings/$tab',
  validateSearch: (search: Record<string, unknown>) => pick(search, ['filter', 'sort']),
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
})

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    overview,
    incidents,
    signals,
    actions,
    incident,
    assets,
    asset,
    imageDiff,
    findings,
    finding,
    compliance,
    complianceResults,
    complianceResult,
    complianceMatrix,
    complianceDrift,
    baselines,
    baseline,
    proposal,
    complianceReport,
    packages,
    events,
    coverage,
    coverageTab,
    settings,
    settingsTab,
  ]),
])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch: printSearch,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  scrollRestoration: true,
  notFoundMode: 'root',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
