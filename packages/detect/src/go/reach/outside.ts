/** Functions of other packages that keep or wrap what they are given: they make, register, set and configure. */
const KEEPS =
  /^(New|Must|Parse|Handle|Register|Publish|Func|BoolFunc|Add|Set(?!Finalizer)|Var|Notify|Provide|With(?!out)|Once|Default|Make|Supply|Invoke|Options?|Use|On[A-Z]|Bind|Compile|Wrap|Chain|Named?|String$|Errorf?$)/
/** Methods of unknown types that run what they are given, or what they were given before. */
const RUNS = /^(Do|Go|Run|AfterFunc|Each|ForEach|Range|Walk\w*|Map|Search|Call|TryGo)$/
const STARTS = /^(Start|Run|Execute|Serve|Call|Invoke$)/
/** Methods by which the standard library calls values that it is given. */
const CALLED_BACK =
  /^(String|GoString|Error|Format|Write\w*|Read\w*|Close|Seek|Marshal\w+|Unmarshal\w+|Gob\w+|Scan|Value|Len|Less|Swap|Push|Pop|ServeHTTP|RoundTrip|Handle|Enabled|Open|Next|Unwrap|Is|As|At|Dial\w*|Lookup\w*|Int63|Uint64|Token|Token\w*|LogValue|Do|Visit|IsBoolFlag)$/

/** True for an import path of the standard library, which has no dot in its first element. */
function isStandard(path: string): boolean {
  return !(path.split('/')[0] ?? '').includes('.')
}

/** True for a function of another package that runs the functions it is given. */
export function runsArguments(path: string, member: string): boolean {
  return isStandard(path) && !KEEPS.test(member)
}

/** True for a function that does more than keep what it is given. */
export function acts(member: string): boolean {
  return !KEEPS.test(member)
}

/** True for a method of an unknown type that runs the functions it is given. A schedule, `s.Every(1).Do(f)`, keeps them. */
export function methodRunsArguments(method: string, receiverText: string, firstArgument: string): boolean {
  if (/\b(Every|Cron\w*|Daily|Weekly|At)\s*\(/.test(receiverText)) return false
  // `router.Map("/path", f)` registers.
  return RUNS.test(method) && !/^["`]\//.test(firstArgument)
}

/** True for a method that starts what was given before: `scheduler.Start()`, `template.Execute(w, nil)`. */
export function startsAll(method: string): boolean {
  return STARTS.test(method)
}

/** True for a method that a package calls on a value which it is given, by one of the well-known interfaces. */
export function isCalledBack(method: string, parameters: number): boolean {
  // Caches and settings have such methods as well; those of flag.Getter take a text and nothing.
  if (method === 'Set' || method === 'Get') return parameters === (method === 'Set' ? 1 : 0)
  return CALLED_BACK.test(method)
}
