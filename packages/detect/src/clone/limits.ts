/** Files of one fingerprint. The largest modules have some 15,000; the rest of a larger one is left out. */
export const MAX_FINGERPRINT_FILES = 20_000
/** Bytes of one encoded fingerprint; twenty bytes a file are usual. */
export const MAX_FINGERPRINT_BYTES = 4 * 1024 * 1024
/**
 * Features kept of one version in the index. Smallest hashes first, so two modules that share a share of their files share
 * that share of their features; 32 give ten common ones at a third.
 */
export const FEATURES = 32
/** Smaller files say nothing: one-line packages, empty stubs. */
export const MIN_FEATURE_BYTES = 200
/** Contents compared line by line, and shown: bytes of one file, and of all. */
export const MAX_COMPARED_BYTES = 1024 * 1024
export const MAX_COMPARED_TOTAL = 32 * 1024 * 1024
/** Files named in a comparison, and characters of its diff. */
export const MAX_NAMED_FILES = 200
export const MAX_DIFF_CHARS = 30_000
/** Share of all that counts in both from which one was made from the other. Real clones of the record have 0.9 and more. */
export const NEAR_COPY = 0.6
/** …or the share of the smaller one that is in the other, if at least {@link NEAR_COPY_OTHER} of the other is covered. */
export const NEAR_COPY_PART = 0.85
export const NEAR_COPY_OTHER = 0.35
/**
 * Minimum share of the original, in the original's folders, at which a module contains the original. Other code in the
 * module does not count, because an attacker can add a megabyte of code to a copy.
 */
export const HOLDS_ORIGINAL = 0.8
/**
 * The same for an estimate by directories alone, which decides whose contents are read: a project of many packages mentions its
 * own path in most files, so that a renamed copy has few that are equal byte by byte.
 */
export const LIKELY_COPY = 0.4
export const LIKELY_COPY_PART = 0.6
export const LIKELY_COPY_OTHER = 0.25
/** Bytes of common source below which two modules may be alike by accident: tutorials, templates. */
export const MIN_COPIED_BYTES = 1_000
/** Bytes of a module that is nothing but a part of another: smaller ones are snippets that many have. */
export const MIN_PART_BYTES = 8_000
/** Lines in common from which a changed file counts as partly copied. */
export const MIN_LINE_SHARE = 0.5
