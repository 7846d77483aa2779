/** Returns whether `promise` resolves within `ms`. Does not keep the process alive while waiting. */
export function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), ms).unref()
  })
  return Promise.race([promise.then(() => true), late])
}
