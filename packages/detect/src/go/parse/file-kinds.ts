const BUILT =
  /\.(go|s|S|sx|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|swig|swigcxx|syso|a|o|so|dll|dylib|exe|wasm)$/

/** True for files that can reach a build, in any folder. */
export function isAnalysed(path: string): boolean {
  return BUILT.test(path)
}

/** True for C, C++ and Objective-C source and headers, whose text the reader searches for constructors. */
export function isCSource(path: string): boolean {
  return /\.(c|cc|cpp|cxx|m|h|hh|hpp|hxx)$/.test(path)
}

/** True for the Go files of a package, without those of its tests. */
export function isGoSource(path: string): boolean {
  return path.endsWith('.go') && !path.endsWith('_test.go')
}

/** Returns the folder of a file; '' for the module's root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
