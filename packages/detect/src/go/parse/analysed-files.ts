/** True for files that can reach a build: what an analysis wants to see, whatever folder they are in. */
export function isAnalysed(path: string): boolean {
  return /\.(go|s|S|sx|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|swig|swigcxx|syso|a|o|so|dll|dylib|exe|wasm)$/.test(
    path,
  )
}
