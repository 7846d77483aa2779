import { table } from './ddl.ts'

/** The page's data about people: sessions and uses of tokens. */
export const WEB = [
  ...table('web_session', 'Signed-in browsers. Only the page reads it.', {
    columns: {
      id_hash: ['bytea primary key', 'SHA-256 of the cookie: who reads the table cannot sign in.'],
      name: ['text not null', 'Who signed in.'],
      role: ["text not null check (role in ('reader', 'triage'))", 'reader or triage.'],
      via: [
        "text not null check (via in ('link', 'token', 'oidc'))",
        'How: one-time link, token or OpenID Connect.',
      ],
      token_id: ['text', 'The token that signed in: the session ends with it.'],
      created_at: ['timestamptz not null', 'When.'],
      expires_at: ['timestamptz not null', 'When the session ends.'],
    },
    indexes: { web_session_expires: '(expires_at)' },
  }),
  ...table('token_use', 'Last use of each token of the page and the API.', {
    columns: {
      token_id: ['text primary key', 'The first digits of the token’s hash, as in the tokens file.'],
      name: ['text not null', 'Whose it is.'],
      last_used_at: ['timestamptz not null', 'When it was last used, to the minute.'],
    },
  }),
]
