/** The package has no types: the components that a mail is made of, as `mjml-core` takes them. */
declare module 'mjml-preset-core' {
  const preset: { components: unknown[] }
  export default preset
}
