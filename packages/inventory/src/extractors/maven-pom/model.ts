// The parts of pom.xml that name dependencies (maven.apache.org/pom.html), read by their exact place: the same element names stand in
// exclusions, plugins and reports, which are none.
import { readXml } from '../../lock-file/xml.ts'

export interface Dependency {
  readonly groupId?: string
  readonly artifactId?: string
  readonly version?: string
  readonly type?: string
  readonly classifier?: string
  readonly scope?: string
}

/** The project itself, or one of its profiles. */
export interface Section {
  readonly properties: Map<string, string>
  readonly dependencies: Dependency[]
  readonly managed: Dependency[]
}

export interface Model {
  readonly project: Section
  readonly profiles: readonly Section[]
  /** groupId, artifactId, version; those of the parent as parent.groupId … */
  readonly coordinates: ReadonlyMap<string, string>
  readonly hasParent: boolean
  readonly fault: string | undefined
}

const FIELDS = new Set(['groupId', 'artifactId', 'version', 'type', 'classifier', 'scope'])
const DEPENDENCY = 'dependencies/dependency'
const MANAGED = `dependencyManagement/${DEPENDENCY}`

export function readModel(bytes: Buffer): Model {
  const project = newSection()
  const profiles: Section[] = []
  const coordinates = new Map<string, string>()
  let isProject = false
  let hasParent = false
  let section = project
  let dependency: Record<string, string> = {}

  const fault = readXml(bytes, {
    open(path) {
      if (path.length === 1) isProject = path[0] === 'project'
      const at = path.slice(1).join('/')
      if (at === 'parent') hasParent = true
      if (path.length === 2) section = project
      if (at === 'profiles/profile') {
        section = newSection()
        profiles.push(section)
      }
      if (path.at(-1) === 'dependency') dependency = {}
    },
    close(path, text) {
      const inProfile = path[1] === 'profiles' && path[2] === 'profile'
      const inside = path.slice(inProfile ? 3 : 1)
      const name = inside.at(-1) ?? ''
      const parent = inside.slice(0, -1).join('/')
      if (parent === 'properties') section.properties.set(name, text)
      else if (!inProfile && FIELDS.has(name) && (parent === '' || parent === 'parent'))
        coordinates.set(parent === '' ? name : `parent.${name}`, text)
      else if ((parent === DEPENDENCY || parent === MANAGED) && FIELDS.has(name)) dependency[name] = text
      else if (`${parent}/${name}` === DEPENDENCY) section.dependencies.push(dependency)
      else if (`${parent}/${name}` === MANAGED) section.managed.push(dependency)
    },
  })
  return {
    project,
    profiles,
    coordinates,
    hasParent,
    fault: fault ?? (isProject ? undefined : 'The file is no project of Maven.'),
  }
}

function newSection(): Section {
  return { properties: new Map(), dependencies: [], managed: [] }
}
