/** What of package-lock.json matters here. */
interface Lockfile {
  readonly packages?: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

/**
 * Finds optional dependencies without an entry of their own. npm leaves one out of the lockfile if its registry did not
 * have it that day (binaries of other platforms, mostly), and then `npm ci` refuses the lockfile everywhere.
 * @param text package-lock.json
 * @returns one message each
 */
export function missingFromLockfile(text: string): string[] {
  const packages = (JSON.parse(text) as Lockfile).packages ?? {}
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map((name) => `lists no ${name}, which ${path} may need: add its entry (version, os, cpu, optional)`),
  )
}

/** Where Node looks for what a package imports: `node_modules/a` -> `node_modules/a/`, ``. */
function foldersAbove(path: string): string[] {
  const folders = [`${path}/`]
  for (let at = path.lastIndexOf('node_modules/'); at !== -1; at = path.lastIndexOf('node_modules/', at - 1)) {
    folders.push(path.slice(0, at))
    if (at === 0) break
  }
  return folders
}
