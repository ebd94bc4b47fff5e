import GitAccess
import BackportAnalysis
import MainstayCore
let clock = ContinuousClock()
let path = CommandLine.arguments[1]
let cache = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : nil
let prescan = CommandLine.arguments.count <= 3
do {
let t0 = clock.now
let folder = try RepositoryFolder(containing: path, homeFolder: nil)
let loaded = try IndexStore(folder, cacheFolder: cache == "-" ? nil : cache, options: .init(usesPrescan: prescan)).load(progress: SilentProgress())
print(clock.now - t0, loaded.index.count, loaded.notes, loaded.index.refs.count)
} catch { print(error) }
